//! Whole lines as products write them, and lines that support needs untouched.
use super::rules::rules_tests::{redact, redactor, unmark};
use super::*;

/// Lines of logs and files; what stands between the marks must be gone.
const LINES: &[&str] = &[
    // ascp and its server end
    "2026-11-21 21:23:33.343 [a0e-4ab3c740] DBG Parameter 6: --local-enc-pass=«Velvet-Otter-File-Pass-19»",
    "DBG Parameter 6: --proxy=dnat://«proxyuser»:«Pr0xy-Lantern-552»@«10.77.0.5»:9091",
    "DBG Parameter 6: --proxy=dnats://«proxyuser»:«Pr0xy-Lantern-552»@«px1.acme-films.example»:9091",
    "DBG env ASPERA_SCP_PASS=«Blue-Heron-4471!»",
    "DBG ASPERA_SCP_PASS is set to '«Blue-Heron-4471!»'",
    "DBG env: ASPERA_SCP_FILEPASS='«Two words 99»' HOME=/home/«mlopez»",
    "DBG open_sess: token «ATB3_AQsAAEXAMPLEzR4mN8vQ2xLkT6wYpB1jHcG9sDfU3eKaXo»",
    "DBG open_sess: loginuser «xferuser»",
    "DBG open_sess: cookie aspera.aoc:YXNwZXJhLW9uLWNsb3Vk:«TWFyaWEgTG9wZXo=»:«bWFyaWEubG9wZXpAYWNtZS1maWxtcy5leGFtcGxl»",
    "DBG open_sess: metatags {\"aspera\": {\"usage_id\": \"«maria.lopez@acme-films.example»\", \"node\": {\"access_key\": \"«ak-9f3KQ2mZbT7wEXAMPLE»\", \"storage_credentials\": {\"type\": \"token\", \"token\": {\"iam_cookie\": \"«iam-Cookie-Saffron-Kettle-3391»\"}}}, \"cloud-metadata\": [{\"phone\": \"«+1 415 555 0132»\"}]}}",
    "DBG Parameter 4: -u\nDBG In hex: 2D75\nDBG Parameter 5: «Zoë O'Brien desk 4»",
    "DBG Parameter 4: -u\nDBG In hex: 2D75\nDBG Parameter 5: «Zo\\303\\253 O'Brien»",
    "LOG FASP Session Params uuid=a9063e44-f785-4bca-8e71-3eaa20a64b32 userid=1001 user=\"«Zoë O'Brien»\" targetrate=100000000",
    "LOG FASP Session Params uuid=a9063e44-f785-4bca-8e71-3eaa20a64b32 userid=1001 user=\"«Zo\\303\\253 O'Brien»\" targetrate=100000000",
    "LOG FASP Session Params user=\"«田中太郎»\" cookie=\"«田中太郎 219-09-9999»\" vl_proto_ver=1",
    "LOG FASP Session Params user=\"\\347\\224\\260\\344\\270\\255«\\345\\244\\252\\351\\203\\216»\" x=1",
    "LOG FASP Session Start cookie=\"«Zoë O'Brien, SSN 219-09-9999»\" local=«10.77.0.21»:40012 peer=«fd77::5»:33001",
    "LOG FASP Session Start local=«2001:db8:77::9»:33001 peer=«fd77::21»:50016 tcp_port=22",
    "LOG FASP Session Start uuid=x peer=[«fd77::5»]:33001 lic=10:1:«30811» peeros=\"x\"",
    "ERR Failed to resolve «xfer01-v6.acme-films.example»: Name or service not known",
    "ERR ssh: connect to host «xfer01-v6.acme-films.example» port 33001: Connection timed out",
    "ERR Failed to open TCP connection for SSH to «fd77::5» port 33001",
    "LOG Notes: contact «j.okafor@partner-post.example», SSN «219-09-9999»",
    "LOG User supplied note \"ssn: «219-09-9999»\"",
    "LOG Social security number «219-09-9999» in metadata",
    "ascp: user «mlopez»: permission denied",
    "$ ascp -i /home/«mlopez»/.ssh/id_rsa -P 33001 a.bin «xferuser»@«xfer01.acme-films.example»:/incoming",
    "$ ascp a.bin «xferuser»@«10.77.0.5»:/in",
    "$ ascp a.bin «xferuser»@[«fd77::5»]:/in",
    "ascp --mode=send --user=«xferuser» --host=«xfer01» -W «ATM2_ACsAAEXAMPLEq7Vn0bK3wTzL9dPfHs» a.bin /in",
    "ascp --user «xferuser» --host «xfer01» a /in",
    "Host: «xfer01.acme-films.example»\nToken: «opaque-99-token»\nCookie: «plain cookie text»\nPassword: «Marble-Finch-208»\nUserStr: «some one»\nTags: {\"a\":{\"email\":\"«q@w.example»\"}}",
    "ClientMacAddress: «ae:97:6f:d1:91:71»\nServerHostname: «xfer02»\nClientUser: «mlopez»\nNodeUser: «node_ak_55»\nRemoteAddress: «10.77.0.5»",
    "DBG Local mac address: '«ae-97-6f-d1-91-71»'",
    "DBG mgmt: Type: NOTIFICATION User: «xferuser» Password: «Marble-Finch-208»",
    "License result (/license/customer_id): «88123»",
    "LOG license string «LIC-7F3A-NOT-A-LICENSE-0042»",
    "ASPERA_SCP_LICENSE=«LIC-7F3A-NOT-A-LICENSE-0042»",
    "<license>«LIC-7F3A-NOT-A-LICENSE-0042»</license>",
    "\"license_key\": \"«LIC-7F3A-NOT-A-LICENSE-0042»\"",
    // aspera.conf
    "<database><server>«10.99.99.99»</server><user>«dbmaria»</user><password>«Quartz-Fern-Secret-71»</password></database>",
    "<token>\n <encryption_type>aes-256</encryption_type>\n <encryption_key>«tok-Encrypt-Key-Juniper-6620»</encryption_key>\n</token>",
    "<content_protection_secret>«sk-Local-Lantern-Moss-9914»</content_protection_secret>",
    "<absolute>s3://«AKIAIOSFODNN7EXAMPLE»:«wJalrXUtnFEMI%2FK7MDENG»@s3.amazonaws.com/«acme-films-reels»</absolute>",
    "<absolute>s3://«AKIAIOSFODNN7EXAMPLE»:«wJalrXUtnFEMI/K7MDENG+bPx»@s3.eu-west-3.amazonaws.com/bucket</absolute>",
    "<absolute>azu://«acmestore»:«Zk81mQpLtR29xYwVb+7/uu==»@blob.core.windows.net/x</absolute>",
    "<absolute>swift://«acct1»:«Zk81mQpLtR29xYwVb»@«swift.acme.example»/container</absolute>",
    "<scope>redis:«10.0.0.9»:31415</scope><host>«xfer01»</host>",
    "<user>\n   <name>«svc-nologin»</name>",
    "<client_secret>«Quartz-Fern-Secret-71»</client_secret>",
    "asconfigurator -x \"set_user_data;user_name,«mlopez»;absolute,/data/«northfilm»;token_encryption_key,«tok-Encrypt-Key-Juniper-6620»\"",
    "asconfigurator -x \"set_node_data;transfer_in_encryption_content_protection_secret,«sk-Local-Lantern-9914»\"",
    "sudo: «mlopez» : TTY=pts/0 ; PWD=/home/«mlopez» ; USER=root ; COMMAND=/opt/aspera/bin/asnodeadmin -a -u «nodeuser» -p «Marble-Finch-208» -x «xferuser»",
    "asnodeadmin -mu «nodeuser» -p «Marble-Finch-208»",
    "mysql -u root -p«Quartz-Fern-71» aspera",
    "sshpass -p «Winter2024!Reel» ssh x",
    "sshpass -p '«Winter2024!Reel»' ssh x",
    // node API, noded, HTTP
    "DBG request header Authorization: Basic «bm9kZV91c2VyOk1hcmJsZS1GaW5jaC0yMDg=»",
    "DBG headers: [(\"Authorization\", \"Bearer «eJwFwUEKgCAQBdC7uA6hcs9Pq2FQUJzBJkLc3m2vvu3U»\")]",
    "> Authorization: Bearer «eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJtIn0.c2lnbmF0dXJl»",
    "* h2 [authorization: Bearer «eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJtIn0.c2lnbmF0dXJl»]",
    "curl -u «node_user»:«Marble-Finch-208» -H 'X-Aspera-AccessKey: «ak-9f3KQ2mZ»' https://«xfer01»:9092/info",
    "curl -H \"Authorization: Basic «bm9kZTpNYXJibGUtRmluY2g=»\" https://«xfer01.acme.example»:9092/ops",
    "curl -H 'X-Aspera-Storage-Credentials: {\"type\":\"token\",\"token\":{\"delegated_refresh_token\":\"«Zk81mQpLtR29xYwVb»\"}}'",
    "X-Aspera-Storage-Credentials: {\"type\":\"token\",\"token\":{\"delegated_refresh_token\":\"«Zk81mQpLtR29»\"}}",
    "X-Aspera-Entitlement-Authorization: Basic «ZW50aXRsZW1lbnQ6c2VjcmV0LXZhbA==»",
    "{\"name\": \"X-Aspera-Storage-Credentials\", \"value\": \"{\\\"type\\\":\\\"token\\\",\\\"token\\\":{\\\"delegated_refresh_token\\\":\\\"«Zk81mQpLtR29»\\\"}}\"}",
    "< Set-Cookie: aoc.token=«Zk81mQpLtR29xYwVb»; Path=/; HttpOnly",
    "< set-cookie: aoc.refresh=«Zk81mQpLtR29xYwVb»; Path=/",
    "Cookie: aoc.token=«Zk81mQpLtR29xYwVb»; aoc.refresh=«Zk82mQpLtR29xYwVb»",
    "{\"name\":\"Cookie\",\"value\":\"a=«Zk81mQ»; b=«Zk82mQ»\"}",
    "{\n \"name\": \"set-cookie\",\n \"value\": \"_session_id=«Zk81mQpLtR29»; path=/\"\n}",
    "\"cookies\": [\n {\n  \"name\": \"_session_id\",\n  \"value\": \"«Zk81mQpLtR29»\",\n  \"path\": \"/\",\n  \"httpOnly\": true\n }\n]",
    "\"queryString\": [\n  {\n    \"name\": \"access_token\",\n    \"value\": \"«Zk81mQpLtR29»\"\n  }\n]",
    "\"postData\":{\"mimeType\":\"application/x-www-form-urlencoded\",\"text\":\"grant_type=urn%3Aietf&assertion=«Zk81mQpLtR29xYwVb»&scope=user%3Aall\",\"params\":[{\"name\":\"assertion\",\"value\":\"«Zk81mQpLtR29xYwVb»\"}]}",
    "\"postData\":{\"mimeType\":\"application/json\",\"text\":\"{\\\"username\\\":\\\"«mlopez»\\\",\\\"password\\\":\\\"«Marble-Finch-208»\\\"}\"}",
    "\"serverIPAddress\": \"«203.0.113.7»\"",
    "Authorization: AWS4-HMAC-SHA256 Credential=«AKIAIOSFODNN7EXAMPLE/20260101/eu/s3/aws4_request», SignedHeaders=host, Signature=«9f86d081884c7d659a2feaa0c55ad015»",
    "{\"access_key\":\"«ak-9f3KQ2mZ»\",\"secret\":\"«Zk81mQpLtR29»\",\"storage\":{\"type\":\"azure\",\"account\":\"«acmestore»\",\"key\":\"«Zk81mQpLtR29xYwVbZk81mQpLtR29xYwVbZk81mQpLtR29xYwVbZk81mQpLtR29xYwVbZk81mQpLtR29xYwVb==»\"}}",
    "DefaultEndpointsProtocol=https;AccountName=«acmestore»;AccountKey=«Zk81mQpLtR29xYwVb+/Zk81mQpLtR29==»;EndpointSuffix=core.windows.net",
    "https://b.example.net/x?sv=2024-01-01&se=2026&sig=«Zk81mQpLtR29xYwVb7%2BZk81mQ%3D»",
    "https://s3.amazonaws.com/b/k?X-Amz-Credential=«AKIAIOSFODNN7EXAMPLE»%2F20260101&X-Amz-Signature=«9f86d081884c7d659a2feaa0c55ad015»",
    "faspe://«xferuser»@«xfer01.acme.example»:33001/in?token=«opaque-tok-99x»&cookie=«someone+there»&tags64=e30=",
    "https://acme.ibmaspera.com/packages/public/receive?token=«Zk81mQpLtR29»",
    "https://fx.acme.example/aspera/faspex/external_deliveries/9?passcode=«5a1b2c3d4e5f6071»",
    "asp-cloud-config tether --aoc-registration-token «Zk81mQpLtR29» --aoc-url x",
    "redis-cli -a «Marble-Finch-208» ping",
    "requirepass «Marble-Finch-208»",
    // transferd, ascli, Connect
    "{\"msg\":\"accepts request: (transferSpec:\\\"{\\\\\\\"token\\\\\\\":\\\\\\\"«ATM2_ACsAAEXAMPLEq7Vn0bK3w»\\\\\\\",\\\\\\\"remote_host\\\\\\\":\\\\\\\"«xfer01.acme.example»\\\\\\\",\\\\\\\"headers\\\\\\\":[{\\\\\\\"key\\\\\\\":\\\\\\\"Authorization\\\\\\\",\\\\\\\"value\\\\\\\":\\\\\\\"Basic «bm9kZTpzZWNyZXQtdmFsdWU=»\\\\\\\"}]}\\\")\"}",
    "execute: ASPERA_SCP_COOKIE=aspera.shares2:09fe0c30-bf69-47d1-9db5-3bf60b8f1426:«bWxvcGV6»:«TWFyaWE=» ASPERA_SCP_TOKEN=«opaque-thing-77» /home/«mlopez»/.aspera/sdk/ascp --host «xfer01» --user «shrs1» -P 33001",
    "DEBG using new token=Bearer «eJwFwUEKgCAQBdC7uA6hcs9Pq2FQUJzBJkLc3m2vvu3U»",
    "DEBG \"assertion\"=>[\"«eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJtIn0.c2lnbmF0dXJl»\"]",
    "DEBG headers={\"authorization\"=>[\"Basic «bm9kZTpzZWNyZXQtdmFsdWU=»\"], \"accept\"=>[\"*/*\"]}",
    "{\n  authentication: token,\n  cookie: «someone at work»,\n  remote_host: «xfer01.acme.example»,\n  remote_user: «xferuser»,\n  token: «opaque-thing-9»,\n}",
    "LOG INFO: Opening folder: C:/Users/«mlopez»/AppData/Local/Aspera",
    "LOG INFO: Opening folder: C:\\Users\\«Maria Lopez»\\AppData\\Local",
    "LOG INFO: nat.hst.run(1): browser extension request host['«portal.acme-films.example»']",
    "LOG INFO: proxy auth user['«mlopez»'] password['«Marble-Finch-208»']",
    "LOG INFO: ascp spawn: \"C:\\Program Files\\Aspera\\ascp.exe\" \"-W\" \"«opaque-thing-9»\" \"--user=«xferuser»\"",
    "INFO [«j.okafor@partner-post.example»] signed in",
    "From: «Chidi Okafor» <«j.okafor@partner-post.example»>",
    "Host: «xfer01», password=«Marble-Finch-208»",
    "User: «mlopez» token: «opaque-thing-9»",
    "Cookie: a=«Zk81mQ»; password: «Marble-Finch-208»; c=«Zk82mQ»",
    // escapes that stick to what follows them
    "{\"u\":\"/x?a=1\\u0026token=«Zk81mQpLtR29»\\u0026b=2\"}",
    "{\"f\":\"Chidi \\u003c«j.okafor@partner-post.example»\\u003e\"}",
    "{\"f\":\"to\\u003d«10.77.0.5», \\u0026«10.88.4.9» \\n«xfer01.acme.example»\"}",
    "q=ip%3D«10.77.0.5»%26h%3D«xfer01.acme.example»%26six%3D«fd77::5»",
    "q=%20«10.77.0.5»%20«fd77::21»",
    "{\"f\":\"\\u003c«fd77::5»\\u003e\"}",
    // keys
    "DBG key:\n-----BEGIN RSA PRIVATE KEY-----\n«MIIEpAIBAAKCAQEAexamplekeymaterialNotReal0000»\n«QUJD»\n-----END RSA PRIVATE KEY-----",
    "\"private_key\": \"-----BEGIN OPENSSH PRIVATE KEY-----\\n«b3BlbnNzaC1rZXktdjEAAAAABG5vbmU»\\n«AAAEbm9uZQ==»\\n-----END OPENSSH PRIVATE KEY-----\\n\"",
    "ASPERA_SCP_KEY=\"-----BEGIN RSA PRIVATE KEY-----\n«MIIEpAIBAAKCAQEAexamplekeymaterialNotReal0000»\n-----END RSA PRIVATE KEY-----\"",
    "ASPERA_SCP_KEY=-----BEGIN RSA PRIVATE KEY-----\\n«MIIEpAIBAAKCAQEAexamplekeymaterialNotReal0000»\\n-----END RSA PRIVATE KEY-----",
    "<ssh_private_key>-----BEGIN EC PRIVATE KEY-----&#10;«MHcCAQEEIIexamplekeymaterialNotReal0000»&#10;-----END EC PRIVATE KEY-----</ssh_private_key>",
    "ssh_private_key: |\n  -----BEGIN RSA PRIVATE KEY-----\n  «MIIEpAIBAAKCAQEAexamplekeymaterialNotReal0000»\n  -----END RSA PRIVATE KEY-----",
    // YAML blocks and tables
    "password: >-\n  «Marble-Finch-208»\nuser: «mlopez»",
    "client_secret: |\n    «Quartz-Fern-Secret-71»\nnext: 1",
    "the password is «Marble-Finch-208»",
    "passphrase is \"«Corr3ct-Horse-Passphrase-88»\"",
    "set password to «Marble-Finch-208» for user «mlopez»",
    "\"password\":[\"«Marble-Finch-208»\"]",
    "\"user\":{\"email\":\"«a@b.example»\",\"name\":\"«Maria Lopez»\"}",
];

#[test]
fn lines_of_real_products_lose_what_is_marked() {
    let r = redactor(Level::Standard);
    let mut wrong = Vec::new();
    for line in LINES {
        let (values, text) = unmark(line);
        let out = redact(&r, &text);
        for value in values {
            if out.contains(&value) {
                wrong.push(format!("{value:?} is left: {out:?}"));
            }
        }
        if redact(&r, &out) != out {
            wrong.push(format!(
                "not idempotent: {out:?}\n   then {:?}",
                redact(&r, &out)
            ));
        }
        if text.matches('\n').count() != out.matches('\n').count() {
            wrong.push(format!("lines changed: {out:?}"));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} wrong\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

/// Lines that a support engineer reads and that must come out as they went in.
const KEPT: &[&str] = &[
    "2026-11-21 21:23:33.343 [a0e-4ab3c740] LOG FASP Session Start uuid=029c1333-c732-4636-83c1-e1acec2864cb op=send status=failed errcode=19 errstr=\"Authentication failure\"",
    "LOG FASP Session Stop uuid=a9063e44-f785-4bca-8e71-3eaa20a64b32 op=recv status=failed errcode=13 errstr=\"Session token expired\" source=a/b (1) dest=/tmp source_prefix=-",
    "LOG FASP Session Params uuid=a9063e44-f785-4bca-8e71-3eaa20a64b32 userid=0 user=\"aspera\" targetrate=100000000 minrate=0 rate_policy=fair cipher=none resume=0 create=0 ovr=1 times=0 precalc=yes mf=0 mf_path=- mf_suffix=.aspera-inprogress partial_file_suffix= files_encrypt=no files_decrypt=no file_csum=none dgram_sz=0 prepostcmd=- tcp_mode=no rtt_auto=yes cookie=\"-\" vl_proto_ver=1  peer_vl_proto_ver=1 vl_local=0 cluster_node_id=0 range=0-0 keepalive=no test_login=no proxy_ip=- net_rc_alg=alg_delay exclude_older/newer_than=0/0",
    "local=127.0.0.1:50000 os=\"Microsoft Windows 10.0.19045\" ver=3.9.0.163682 lic=6:1:1 peerver=3.5.4.100392 proto_sess=20003 proto_udp=20000 proto_data=2000e",
    "LOG Sender DS Qs ds/re/a/d/ao/eo/n/ap/rq/rd/ru/cl/di/do=0/0/0/0/0/0/0/0/0/0/0/0/0/0 Rs o/i=1/1 mgmt backlog i/s/n = 0/412/0 1/456/0",
    "LOG Receiver bl t/o/r/d/ts=722162/722160/0/2/722160 rex_rtt l/h/s/o=0/0/174/8 rate t/m/c/n/vl/vr/r=100000000/0/100000000 prog t/f/e=1048576000/1048576000/87494969 rcvD=1",
    "LOG FASP Transfer Stop uuid=a9063e44-f785-4bca-8e71-3eaa20a64b32 op=recv status=success file=\"/tmp/1GB\" size=1048576000 start_byte=0 rate=96.36Mbps elapsed=87.05s loss=0.00 rexreqs=0 overhead=0 mtime=\"2014-04-10 19:49\"",
    "ERR Failed to authenticate user, exiting.",
    "ERR Disconnecting from SSH server: authentication failed, no more methods",
    "ERR Session key exchange failed, no matching host key type found. Their offer: ssh-rsa,ssh-dss",
    "LOG Supported authentication methods: publickey,password,keyboard-interactive",
    "DBG Authentication using public key file succeeded",
    "DBG trying key file (1 of 2)",
    "DBG password authentication: not allowed by server",
    "LOG Token expired, refresh required (401)",
    "ERR Error validating token: token signature mismatch",
    "ERR Server aborted session: Session initiation failed, authorization token invalid",
    "ERR SSL: certificate verify failed, error code 19, key usage 0x5",
    "Key exchange algorithm: curve25519-sha256",
    "server host key fingerprint SHA1 b11e3bc7b2435ae0de55853736478326e2c9024d",
    "SSH host key fingerprint: 56:23:2c:31:df:5d:3a:07:f9:f5:03:cb:d2:f5:ba:16",
    "SHA256:uNiVztksCsDhcc0u9e8BrYmZk81mQpLtR29xYwVb7aA key ok",
    "\"status\": 200, \"statusText\": \"OK\", \"httpVersion\": \"HTTP/2\", \"headersSize\": 600, \"bodySize\": -1",
    "\"token_type\":\"bearer\",\"expires_in\":3600,\"access_token_duration\":86400,\"refresh_token_duration\":1209600",
    "\"package_id\": \"aBcD12xyZZ\", \"workspace_id\": \"33\", \"file_id\": \"88231\", \"node_id\": \"50001\", \"xfer_id\": \"6a31a3b4-3b89-4af4-99ab-1b7b2fdd279e\"",
    "access_token_duration: 3600",
    "\"scope\": \"node.ak:user:all\", \"grant\": \"user:all\"",
    "password_reset_token_duration: 86400",
    "\"require_strong_passwords\": true, \"minimum_password_length\": 12",
    "<token><life_seconds>86400</life_seconds><encryption_type>aes-256</encryption_type></token>",
    "<authentication_method>password</authentication_method>",
    "<level>dbg1</level><log_size>10</log_size><directory>/var/log/aspera</directory>",
    "<name>transfer</name>",
    "Accept: application/json\nContent-Type: application/json; charset=utf-8\nContent-Length: 512\nX-Total-Count: 3\nX-Request-Id: 6a31a3b4-3b89-4af4-99ab-1b7b2fdd279e",
    "User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/128.0.0.0 Safari/537.36",
    "GET /ops/transfers/029c1333-c732-4636-83c1-e1acec2864cb 200 1234us bytes=5 thread=2",
    "IBM Aspera Connect version 4.2.8.540, build 12345",
    "Linux 5.14.0-284.11.1.el9_2.x86_64 #1 SMP PREEMPT_DYNAMIC",
    "OpenSSL 1.1.1k  FIPS 25 Mar 2021, zlib 1.2.11",
    "systemd[1]: Started user@1000.service - User Manager for UID 1000.",
    "sshd[2577]: Server listening on 0.0.0.0 port 22.",
    "sshd[2577]: Server listening on :: port 22.",
    "Received disconnect from 127.0.0.1 port 50000:11: disconnected by user",
    "pam_unix(sshd:session): session closed for user root",
    "PWD=/tmp",
    "DBG Path log dir      : /var/log/aspera",
    "DBG License result (/license/expiration_date): 2027-01-31",
    "DBG License result (/license/product): Enterprise Server",
    "LOG Source file transfers skipped                   : 1",
    "ERR errno 13 (Permission denied) opening /incoming/a.bin",
    "LOG Configuration file /opt/aspera/etc/aspera.conf loaded",
    "LOG [asset_id 77] State: ds_id 6 SINK_POST_COMPLETE_Q <-- (size 1 thresh 0)",
    "redirect_uri=http%3A%2F%2F127.0.0.1%3A33003%2Fcb&response_type=code&scope=user%3Aall",
    "x=1&state=2&grant_type=client_credentials",
    "Session data transfer timeout: error 20, key: none",
    "secret: none",
    "host key verification failed",
    "Name: aspera-connect\nVersion: 4.2.8",
    "name=\"video\" type=\"mov\" codec=h264",
    "{\"name\":\"Content-Type\",\"value\":\"application/json\"}",
    "{\"name\":\"X-Aspera-Version\",\"value\":\"4.4.2.550\"}",
    "error: E0213 at main.rs:12:5 std::io::Error",
    "2026-11-22T05:23:35.057+00:00 INFO request id 12:34:56:78 done",
    "disk l/h/b=0/1/0 at 12:34:56.789",
];

#[test]
fn lines_that_support_needs_come_out_as_they_went_in() {
    let r = redactor(Level::Standard);
    let wrong: Vec<String> = KEPT
        .iter()
        .map(|line| (line, redact(&r, line)))
        .filter(|(line, out)| out != *line)
        .map(|(line, out)| format!("{line}\n  -> {out}"))
        .collect();
    assert!(
        wrong.is_empty(),
        "{} wrong\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}
