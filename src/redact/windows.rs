//! How common two or three bytes are in logs and network traces: a window of rare ones is the better sign of its
//! literal.
use std::collections::HashMap;

/// How often two or three bytes in lower case occur in 100,000 bytes, for all that occur once or more.
pub(super) struct Commonness(HashMap<&'static [u8], usize>);

impl Commonness {
    /// What was counted, ready to be asked.
    pub(super) fn new() -> Self {
        let rows = |table: &'static [(usize, &'static str)], len: usize| {
            let windows = move |row: &'static (usize, &'static str)| {
                row.1.as_bytes().chunks(len).map(|window| (window, row.0))
            };
            table.iter().flat_map(windows)
        };
        Self(rows(TRIPLES, 3).chain(rows(PAIRS, 2)).collect())
    }

    /// The count for these bytes; 0 for what hardly ever occurs.
    pub(super) fn of(&self, bytes: &[u8]) -> usize {
        self.0.get(bytes).copied().unwrap_or(0)
    }
}

// Counted in transfer logs, syslog, service logs and network traces, with equal weight for each kind and rounded down
// to a power of two, for the windows of our literals only.

/// Windows of three bytes.
const TRIPLES: &[(usize, &str)] = &[
    (256, "    \\\" loatestalogog  st"),
    (
        128,
        "esstatilerationfilelatraverted se re faent aste=ascscpe\":iveersconsesid=e\\\"ms ",
    ),
    (
        64,
        concat!(
            "proen=fasaspectsiodellic-21on  dessiatiame byendlayctis\":er ss  pringeadost couid soedisenres",
            "tivonnsedailrcenfoternamsertiopseapslapage inquecensollosactnt getiteet calrs/20:\"staugd\":der",
            "n snderitten"
        ),
    ),
    (
        32,
        concat!(
            "inffaier_  [reate reced d sperrveistcce acticstrle posolier=nd  ide tuseasterame\\\"siupsps=te\\",
            "ort_ses: er:cesrunervr sss=id\"polstonseve_st  pashannereqreenec [aesttop siurcoursouse eerpee",
            "eceexpeivceidispecensnta uione/cotagoveice 0 d=3redpatathstemereri.exc-ano aluerclueme\"n\":op ",
            "p ut: ven"
        ),
    ),
    (
        16,
        concat!(
            "ntrmin:33odevaladest=ume001locpreram heargngece men_idles do300han us330angitysetatsr: /aconf",
            "ty linvitpenideporopeth=e=3 unkentokokeicycom/ree psonampc ang livnsoairforacccy=onts a: tlie",
            "chaooktrikieromcoookieta noged ttrt rthocaabsimequaoutrelmedtretimomeewat 0in=ustt\":n=3e fta ",
            "-ad656roxoxy - 265creeatmesarcrchorm keiredar fo/inkey---s m ch/noal=ct/e: ereg sll r rtp "
        ),
    ),
    (
        8,
        concat!(
            "e css:rol192168indogides.cochituaeuiualet=inuacknuxux enopaclidde=icacatntekagckapart=3nott\",",
            "gine\",spen_sen_plaida:54netmascodsagempradnodssametautr cdatic=ssh372otefixherach/pa/masec.fa",
            "motapp ofwai003on/cliot s=0tifcipext/seey ockom in ce=me=sicaranon002y=3657d 0574tem wa432oun",
            "ip=alitorth 736572746refnfiabaor  tode 220ss_add637as nt.415172456264726n fto typypetex frtia",
            "ink443sk uthfro21-s u252253561617atathe543ept/au/de435e rintp/2"
        ),
    ),
    (
        4,
        concat!(
            "pri722545365ceps-1_ip844ialne n\",072909tls154mod776579ien5636b6022onsown29.544ysib64: c atf6b",
            "2cdeedmp num794cdcd oetehos092ac-042nernt\"urlrl\" onwne07532:on:t ury e_iuesequmanexc091ex:x: ",
            "assmain: matomp2farinbeaetheyjbasdedet\"sinct  tiad enco rn nncoaseeseandhaset_al es/rept l ne",
            "inibinddrnitearp=0a cd ta68erm_pa://ecr aume/newc_a tes ktpsrtino.o.=ceeg i\"auepaow_esh/houre",
            "shocmdefihom6f6dre cr\"us=stad3c\",decet-gecn\" n\\\"otoroty\":"
        ),
    ),
    (
        2,
        concat!(
            "4a61-5ra.adaripunlspo_shtincoua\",inset/tal4d3izaapitetipapadmacuntd fe o-prllad ith\"firngsss\"",
            "pi/nt-/apaca: unedccon haree \"a.ed ba29ntif1dpast n94aby  mo56et tede []r in as/pe64hbwckeh: ",
            "6f7nstacbose-beid)en 5-246fa.cclor_i44dquof72usireruot oris ce6b65e ime e ny fp_s_10ch seaid ",
            "d: hengoodf2finsia adscormaef1sigdeaign_1603dcfe: nedcgneifs-darm\\76fban anr nouprougro ow3b4",
            "aadb43d3bfebzat"
        ),
    ),
    (
        1,
        concat!(
            " = :84d94h -ic\\lurilun ccadbli hoine-sh isrnaern:90 behexretber\"no03aey=n rquiootroo-- r=0ta\"",
            "ivad as tvary: se_n txpipirvedketcust 5tomregiedr/mncefusac efuc/ppubublssepti laaizg uaclsoc",
            "rocte-imaden--r, -altr tt 8x20c-sainat vyxt 9op_kinithe h.mentsnow grve alscurickc/rg tragasi",
            "oradmihinfiearnc/se uispmarnovodirarrgat.nweb"
        ),
    ),
];

/// The first and the last two bytes of literals.
const PAIRS: &[(usize, &str)] = &[
    (512, "20er\\\"te: \":ats stes sre  enedse"),
    (
        256,
        "g  l, one=lod=ta \\deps0 ogveasti rs=ssexleus eidinil p7 lasi ace",
    ),
    (
        128,
        concat!(
            "\",ecmefa5  \"01e liant  c:340ctp \"s t o22opn=eagecontac41ro0:ca19pead2 43ue:0e_42s_7491:1no:5sc",
            "pr75arsu=3etr 65rt1-776417nd73529268al53so9 8 d 6372poaithn s/35=sambydioluiy="
        ),
    ),
    (
        64,
        "umto\"/94apt=abneo fofft_2:orauc-nanfdad\"b-bap=b7un9.\"nha_s/apaokotn\"5cchc3 /keaar=ieiaeu\" =\"ng",
    ),
    (
        32,
        concat!(
            "shdcmpberu_ba ni/cy up3aws2fo_/sc2f2s:3dmoxrc d3- ma-e2e/p-b gt/\"udo6eipwa/m1c/ot-tycurhn-y_ll",
            "tloweyi cl_it\"ut-wptkil=r:t:vi"
        ),
    ),
    (
        16,
        "\"am_/vcr_2giml/dl  -ewhob/xa_1_3=/h=/r-p--e.x hfsm:9-me/c=:8dgsae:k skp_mfoim//f/iltaxld/n",
    ),
    (
        8,
        "igwiyswnk=yjh f jz0knrphn/lsc/s-a_m bwwerplkibdr2/zaf_d/yxmy\"l/2/j",
    ),
    (
        4,
        "piy\"npbitmy\\n:rddmjys.p\"x:= wy\"-rkgosrzxo=0xd)s\\:///-i/h.=n2ak5n ( n) :a=tm:",
    ),
    (
        2,
        " <tbglt0v1c\"1;r-wofssnxopd[]pufnnyv2pboa(ugh-r-spccnqv::fu",
    ),
    (1, "tvktrfpydng1w c:wwrwhvyaxswtjwfqz2ej.llfpwv4wd"),
];
