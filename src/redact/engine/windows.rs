//! How common two or three bytes are in logs and network traces: a window of rare ones is the better sign of its
//! literal.
use std::collections::HashMap;

/// How often two or three bytes, [`folded`], occur in 100,000 bytes, for all that occur once or more.
pub(in crate::redact) struct Commonness(HashMap<&'static [u8], usize>);

impl Commonness {
    /// What was counted, ready to be asked.
    pub(in crate::redact) fn new() -> Self {
        let rows = |table: &'static [(usize, &'static str)], len: usize| {
            let windows = move |row: &'static (usize, &'static str)| {
                row.1.as_bytes().chunks(len).map(|window| (window, row.0))
            };
            table.iter().flat_map(windows)
        };
        Self(rows(TRIPLES, 3).chain(rows(PAIRS, 2)).collect())
    }

    /// The count for these bytes; 0 for what hardly ever occurs.
    pub(in crate::redact) fn of(&self, bytes: &[u8]) -> usize {
        self.0.get(folded(bytes).as_slice()).copied().unwrap_or(0)
    }
}

/// Bytes that the prefilter takes for one are one here: letters of either case, brackets and braces.
fn folded(bytes: &[u8]) -> Vec<u8> {
    let fold = |b: &u8| {
        if *b < 0x40 || *b == b'_' {
            *b
        } else {
            *b | 0x20
        }
    };
    bytes.iter().map(fold).collect()
}

// Counted in transfer logs, syslog, service logs and network traces, of which the first are half, and rounded down
// to a power of two or one and a half of it, for the windows of our literals only. `windows_tests.rs` says how they
// are counted again.

/// Windows of three bytes.
const TRIPLES: &[(usize, &str)] = &[
    (384, " lo"),
    (256, " stateelaesslogms og ratstatat"),
    (192, " fa re |\"bytdelfasferfilid=ilete=veryte"),
    (
        128,
        " by de seansaspen=endes_ionivelaynsfon ranritsensessfesiosolssitedtentestra",
    ),
    (
        96,
        " so\", -21aticonctieadecter istliclosmitn sss sumticuid",
    ),
    (
        64,
        concat!(
            " as co id si, \"_by_raactageameapsascccecesd sdere te\":eceed_enterse|\"getingitelaple nd ndeoliop ",
            "ostovep uprops=pser srecreqscpsedshass=stote tivtopupsus ve_"
        ),
    ),
    (
        48,
        " ac\"by\"st,\"bailal=astaugcalceiedieivfainfoonnortpolress\":st=strt_rter",
    ),
    (
        32,
        concat!(
            "  { in pr un: tairargc-acency=d=3dise=3er:er=er_estet icyinflocluemerminnamnsont ntrontporposrce",
            "reareers/rt rvesert: te_tiouse"
        ),
    ),
    (
        24,
        concat!(
            " ch of ui {a\",\"\"si,\"s.ex/co/re00120:300330:33_exadectee ce: e_ked\"en\"eraercereeriet=euiexphttid\"",
            "in=l: menme|n\":necnnentapecperr rramrolruns as ms_ese tagte|ttptuaualumevenxpe"
        ),
    ),
    (
        16,
        concat!(
            "    do en he pa us wa-ad/ac/no168192372: {:54_seabsachampathatsbloc act/dine fed eerervewaforg s",
            "genideityledlesme\"medmesn=3nornseocaockoneonfpacpatpeepenquar: redrelromrths: sagsecsetsk sonssa",
            "st stetp trety valvitwaiy=3"
        ),
    ),
    (
        12,
        concat!(
            " ma ok tt.co.fa/au/de/in/ma/pa/se002_toaccackaluangarcce=chachickacomcoocp dare penoensetagedhan",
            "ic_iceidaindkagkenkielidlielinlivll masngenteodeokeokiomeookormouroutoxyplaradrchroxs=0soustdt=3",
            "ta th=tiftoktriurc"
        ),
    ),
    (
        8,
        concat!(
            " cr\"re00307209215417221-22025225326426529.2cd365415432435443456543544545561563572574579617637656",
            "6576b6722726736746776794844909=st_idabaaffarab64beccdccipcodcrede deseatecaerpf6bheric=inun pn\" ",
            "ng no nuxom otoprirotrprrtes ut ut\":t=\"ux "
        ),
    ),
    (
        6,
        " \"r \"t fr no\"se01102204207509132:ac-appcate re\",esuextfroicaimeintmaime=on/parprer cs-1t\",tim",
    ),
    (
        4,
        concat!(
            " \"b \"sa68acaacead3addbeace cepd od\",datdd-de=e oed-eptginirekeymetn\",nernetnotnt.ogiownsictextls",
            "typwneype"
        ),
    ),
    (
        3,
        concat!(
            " -  fo ke {}1-54a64d356e6f694aa29aadadaanaas d fdecdedeedequey eyjhosin mann fnt\"n|\"ot p/2refrl\"",
            "s/pthetinurlustysi"
        ),
    ),
    (
        2,
        concat!(
            " to\"ac\"au\"us-da03d2fa44d46f5-26f776f: c://_10_16_sha\",a.eacbataautb43b65c\",cbace6cedceecfed id t",
            "d-bd3bd94d: ddedeadf2e \"e64eacedbedcedeef1ermet\"f1df72febgeciednodonsopeor ounquir nrins kt 5t 8",
            "t 9temto tpsuthy\":"
        ),
    ),
    (
        1,
        concat!(
            " 0  :  an at au on ow ti\"tr----be/ap03a3b4: n:84:90_ipablac ad alsandapiareat berblec/pc/scadddr",
            "dendmidree ueared:en en_enaet-et/ethfigfirg \"g: gnegurh\":hbwic|ifsigniguipaivaizalasllamarmotn a",
            "n cn_snednfing:ngsnovnt-ntioffok\"oteowapadpi/quor/mra.rarrerretriprm|scosiasigsinskispesposs\"ss:",
            "ss_ssht_itetth\"uotvedvicystzat"
        ),
    ),
];

/// The first and the last two bytes of literals.
const PAIRS: &[(usize, &str)] = &[
    (1024, "20"),
    (768, "s te"),
    (512, " r s {22ate=eresrest"),
    (384, " f l\":2 : d=deedenexg lopss=setave|\""),
    (256, "-a0 asecfaidillaleogonp sisstius"),
    (
        192,
        " a c e o |, 0111194041424391=3=sadanarbycee fiinmen=ndoloprtsuuey=",
    ),
    (
        128,
        concat!(
            " \" p t\" \",\"/0:17355 5253636465687 72737475778 9 9294:0:1:3:5=\"accacoctdie_eagelin ntpor ros_sot ",
            "t=ui"
        ),
    ),
    (96, "\"s1-2:9.abaialamapb-c-d duetffngp=peprs/t_toumup"),
    (64, "  /a_baaagaub7babec3chdadce\"haorrhscshthunxr"),
    (
        48,
        "-1-e/p/s1c2e2f3a3d5ca c c2d\"d3foial=n\"nanenfnoo okr=r_s\"wa{s",
    ),
    (32, " / h\"n\"p-b/c/m6e_2bcf2iekemamompn-nio_par:rut/t:y_"),
    (24, " g\"u/d/o/r_1_3_scudoe:ewhti ipk k=saty"),
    (
        16,
        "\"a-m-p/n/v:8:9b/e.eyhfkillm/m_mlotows:skt\"tlutvaviwsxay ",
    ),
    (12, "/f/i=/_a_ta_axc=dgemf gih=l rpsm"),
    (8, "\"l\"t- 0k2/_ic/crd/e/holdm nroip\"phr\"x "),
    (6, " n/2/jjzlsm:n/pts-t-wnyjys"),
    (4, " -:aa\"a}dmmywewiy\"yxza"),
    (3, "bwftigjyk\"ltmfpirks.tmwyy|{}"),
    (2, " () ---w//5n:/::=ta=akc\"cldrfsiblkn2nps|tbv1wozx"),
    (1, " :.l1;`lbicnfnfuglgoh nyp_pbpdqvr-rdt0tvxo"),
];

#[cfg(test)]
#[path = "windows_tests.rs"]
mod tests;
