//! Why a string stayed although it looks suspicious: the same words in `explain` and in the manifest.

/// Why something was not cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Reason {
    /// No rule knows it.
    Unnamed,
    /// `--keep`, or the case's own.
    Kept,
    /// Random letters that are published.
    Public,
    /// Base64 of JSON, which the rules open.
    Opened,
    /// Hexadecimal digits.
    Checksum,
    /// A UUID.
    Uuid,
    /// An `@` in something else.
    NoMailbox,
    /// Says that there is no value.
    SaysNothing,
    /// The name is known to be harmless.
    HarmlessName,
    /// Too short for a weak name.
    TooShort,
    /// Not of the form that its place wants.
    OtherForm,
    /// Only cut at level strict.
    OnlyStrict,
    /// An account of a system or product.
    SystemAccount,
    /// A host that is everybody's.
    PublicHost,
    /// A name with dots that is a file's or a package's.
    FileName,
    /// The version of a product.
    Version,
    /// Loopback, unspecified, a mask.
    Everybodys,
    /// Looks like an address and is none.
    NotAnAddress,
}

impl Reason {
    /// A few words for a person.
    #[must_use]
    pub const fn text(self) -> &'static str {
        match self {
            Self::Unnamed => "looks random, but no rule knows its form or its place",
            Self::Kept => "kept on purpose: the case's own, or given with --keep",
            Self::Public => "published by its nature: a fingerprint or a public key",
            Self::Opened => "base64 of JSON, which was opened and redacted inside",
            Self::Checksum => "hexadecimal digits, as checksums and ids are written",
            Self::Uuid => "an id of a session, transfer or package, which support needs",
            Self::NoMailbox => "no address of a person: a version, a unit or a public host",
            Self::SaysNothing => "says that there is no value, or is a word of a sentence",
            Self::HarmlessName => "its name looks sensitive and is known to be harmless",
            Self::TooShort => "too short for a name that says so little",
            Self::OtherForm => "not of the form that a value of this name has",
            Self::OnlyStrict => "cut at --level strict only",
            Self::SystemAccount => "an account of a system or product, or a number",
            Self::PublicHost => "a host of IBM or one that is everybody's",
            Self::FileName => "a name of a file or package by its place or its end",
            Self::Version => "the version of a product",
            Self::Everybodys => "loopback, unspecified or a mask: everybody has it",
            Self::NotAnAddress => "looks like an address, but is no valid one",
        }
    }

    /// A stable word for programs.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Unnamed => "unnamed",
            Self::Kept => "kept",
            Self::Public => "public",
            Self::Opened => "opened",
            Self::Checksum => "checksum",
            Self::Uuid => "uuid",
            Self::NoMailbox => "no-mailbox",
            Self::SaysNothing => "says-nothing",
            Self::HarmlessName => "harmless-name",
            Self::TooShort => "too-short",
            Self::OtherForm => "other-form",
            Self::OnlyStrict => "only-strict",
            Self::SystemAccount => "system-account",
            Self::PublicHost => "public-host",
            Self::FileName => "file-name",
            Self::Version => "version",
            Self::Everybodys => "everybodys",
            Self::NotAnAddress => "not-an-address",
        }
    }
}
