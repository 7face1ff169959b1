//! How common three bytes are in logs and network traces: a window of rare ones is the better sign of its literal.

/// How common two or three bytes are, roughly; 0 for what hardly ever occurs.
pub(super) fn commonness(bytes: &[u8]) -> usize {
    let common = COMMON_TO_RARE.as_bytes().chunks(3).enumerate();
    common
        .filter(|(_, window)| window.windows(bytes.len()).any(|part| part == bytes))
        .map(|(rank, _)| COMMON_TO_RARE.len() / (rank + 1))
        .sum()
}

/// Windows that occur most often in transfer logs, syslog, service logs and network traces, three bytes each.
/// Counted with equal weight for each kind; only their order matters.
const COMMON_TO_RARE: &str = concat!(
    "    loatestalogog esstatileionfilelatraverted se re faent aste=ascscpe\":iveersconsesid=pro",
    "en=fasaspectsiodellic-21on ssiatiame byendlayctis\":er ss  pringeadost couid soedisenresonn",
    "sedailrcenfoternamsertiopselapapsage inquecensollosactnt getiteet calrs/20:inffaier_reate ",
    "reced d sperrveistcce acticstrle posolier=nd  ide tuseasterame\\\"siupsps=_ses: er:cesrunerv",
    "r sss=id\"polstonseve_st shannereqreenecesttop siurcoursouse peeeereceeivceidispecensnta ui",
    "onetagoveiced=3redpatathstemereri.exc-ano ntrmin:33odeadest=ume001locpreram heargngece men",
    "_idles do300han us330angitysetatsr: ty linvitpenideporopeth=e=3 unkentokokeicycom/ree pson",
    "ampc ang livnsoairforacccy=onts a: tliechaooktrikieromcoookieta noged ttrthocaabsimequaout",
    "relmedtretimomeewain=ustt\":n=3e fta -adroxoxy - creeatmesarcrchorm keiredar fokey---s me c",
    "ss:rol192168indogides.cochituaeuiualet=inuacknuxux pacde=icacatntekagckapart=3nott\",gine\",",
    "speen_n_splaida:54netmascodsagempradnodssametautr cdatic=sshotefixherach/pa/masec.faapp of",
    "wai003on/clis=0tifext/seey om in ce=me=sicaranon002y=3tem432ounip=torth refnfiabaor  tode ",
    "ss_addas nt.172n fto typypetex frtia443uthfro21-s u252253atathe543eptpriceps-1_ip844ialne ",
    "n\",072909tlsmodien022onsown29.ysib64: c ateedmp numd oetehos092ac-042nerurlnt\"rl\" onwne075",
    "32:on:t ury cbae_iuesequmanexc091ex:x: assmain: omp2farinbeaetheyjbasdedet\"ct  tiad enco r",
    "n nncoaseeseandal es/rep neinibinddrnitearp=0a cerm_pa://ecr aume/c_a tes ktpsrtino.o.=cee",
    "g i\"auepaow_esh/houreshorcbeficmdsrchomdre1-5ra.adaripspo_shtincoua\",instalizaapipadipamac",
    "untd fe o-prllad ith\"ngs/appi/nt-ss\"aca: unedccon harea.ed ba29ntif1dpast nby  mot teder i",
    "n as/pe64hbwckenstacbose-beid)5-2a.cclor_iquoreruot oris ce6e ime e ny fp_s_10ch sead: hen",
    "goodf2finsia adscoef1sigdeaign_1603dcfe: nedcgneifs-daban anr nouprougro",
);
