//! How common two or three bytes are in logs and network traces: a window of rare ones is the better sign of its
//! literal.
use std::collections::HashMap;

/// How often two or three bytes, [`folded`], occur in 100,000 bytes, for all that occur once or more.
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
    (96, " so\", -21aticonctieadecter istliclosn sss ticuid"),
    (
        64,
        concat!(
            " as co id si, \"_byactageameapsascccecesd sdere te\":eceed_enterse|\"getingitelaple nd ndeoliop ost",
            "ovep uprops=pser srecreqscpsedshass=stote tivtopupsve_"
        ),
    ),
    (
        48,
        " ac\"by\"st,\"bailal=astaugcalceiedieivfainfoonnortpolress\":st=strter",
    ),
    (
        32,
        concat!(
            "  { in pr un: tairargc-acency=d=3dise=3er:er=er_estet icyinflocluemerminnamnsont ntrontporposrce",
            "reareers/rt rvesert: tiouse"
        ),
    ),
    (
        24,
        concat!(
            " ch of ui {a\",\"\"si,\"s.ex/co/re00120:300330:33_exadectee ce: ed\"eraercereeriet=euiexpid\"in=menme|",
            "n\":necnnentapecperr rramrolruns as ms_ese tagte|tuaualumevenxpe"
        ),
    ),
    (
        16,
        concat!(
            "    do he pa us wa-ad/ac/no168192372:54_seabsachampathatsc act/e fed eerervewaforg sideitylesme\"",
            "medmesn=3nseocaockoneonfpacpatpeepenquar: redrelromrths: sagsecsetsk sonssast stetp trety valvit",
            "waiy=3"
        ),
    ),
    (
        12,
        concat!(
            " tt.co.fa/au/de/in/ma/pa/se002accackaluangarcce=chachickacomcoodare penoensetagedhaniceidaindkag",
            "kenkielidlielinlivll masngenteodeokeokiomeookormouroutoxyplaradrchroxs=0sout=3ta th=tiftoktriurc"
        ),
    ),
    (
        8,
        concat!(
            " cr\"re00307209215417221-22025225326426529.2cd365415432435443456543544545561563572574579617637656",
            "6576b6722726736746776794844909=st_idabaarab64cdccipcodcrede deseatf6bheric=inun\" ng no nuxom oto",
            "prirots ut ut\":ux "
        ),
    ),
    (
        6,
        " \"r \"t fr no\"se02204207509132:ac-appcate re\",extfroicaimeintmaime=on/parprer cs-1t\",tim",
    ),
    (
        4,
        " \"b \"sa68acaad3addbeace cepd odatde=e oed-eptginirekeymetn\",nernetnotnt.ogiownsictextlstypwneype",
    ),
    (
        3,
        concat!(
            " -  fo ke {}1-54a64d356e6f694aa29aadadaas d fdecdedeedequey eyjhosin mann fnt\"n|\"ot p/2refrl\"s/p",
            "thetinurlustysi"
        ),
    ),
    (
        2,
        concat!(
            " to\"au\"us-da03d2fa44d46f5-26f776f: c://_10_16_sha\",a.eacbataautb43b65c\",cbace6ceecfed id td-bd3b",
            "d94d: deadf2e \"e64edbedcedeef1ermet\"f1df72febgeciednodonsopeor ounquir nrins kt 5t 8t 9temto tps",
            "uthy\":"
        ),
    ),
    (
        1,
        concat!(
            " 0  an at au on ow ti\"tr----be/ap03a3b4: n:84:90_ipac ad alsandapiareat berc/pc/scadddrdendmidre",
            "e uearen en_et-et/ethfirgnehbwic|ifsignipaivaizallamarmotn an cn_snednfingsnovnt-ntioffoteowapad",
            "pi/quor/mra.rarrerretriprm|scosiasigsinspesposs\"ss:ss_sshtetth\"uotvedviczat"
        ),
    ),
];

/// The first and the last two bytes of literals.
const PAIRS: &[(usize, &str)] = &[
    (1024, "20"),
    (768, "s te"),
    (512, " r s22ate=eresrest"),
    (384, " l\":2 : d=deedenexg lopss=setave|\""),
    (256, "0 asecfaidillaleogonp sisstius"),
    (
        192,
        " a c e o |, 01194041424391=3=sadanarbycee fiinmen=ndoloprtsuuey=",
    ),
    (
        128,
        concat!(
            " \" p t\" \",\"/0:17355 5253636465687 72737475778 9 9294:0:1:3:5accacoctdie_eagelin ntpor ros_sot t=",
            "ui"
        ),
    ),
    (96, "\"s1-2:9.abaialamapb-c-d etffngp=peprs/t_toumup"),
    (64, "  /a_baaaub7babec3chdadce\"haorrhscshthunxr"),
    (
        48,
        "-e/p/s1c2e2f3a3d5ca c c2d\"d3foial=n\"nanenfnoo okr=s\"wa{s",
    ),
    (32, " /\"n-b/c/m6e_2f2iekemamompn-nio_par:rut/t:y_"),
    (24, " g\"u/d/o/r_1_3_scudoe:ewi ipk k=saty"),
    (
        16,
        "\"a-m-p/n/v:8:9b/e.eyhfkillm/m_mlotows:skt\"tlutviwsxay ",
    ),
    (12, "/f/i=/a_axc=dgf gih=l rpsm"),
    (8, "\"l- 0k2/_ic/crd/e/holdm nroip\"phr\"x "),
    (6, " n/2/jjzlsm:n/pts-t-wnyjys"),
    (4, " -:aa}dmmywewiy\"yxza"),
    (3, "bwigjyltmfpirks.tmwyy|{}"),
    (2, " () ---w//5n:/::=takc\"cldrfsiblkn2nps|tbv1wozx"),
    (1, " :.l1;`lbicnfnfuglgoh nyp_pbpdqvr-rdt0tvxo"),
];

#[cfg(test)]
#[path = "windows_tests.rs"]
mod tests;
