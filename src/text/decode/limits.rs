//! How far a packed file may grow, against archives that were made to fill memory or disk.
use super::error::TextError;

/// How far a packed file may grow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecodeLimits {
    /// Most bytes that may come out of a packed file.
    pub max_output: u64,
    /// Most bytes out for one byte in, looked at once more than 64 MiB came out.
    pub max_ratio: u64,
    /// Most bytes of memory that unpacking may ask for (window or dictionary).
    pub max_memory: u64,
}

/// Below this many bytes of output the ratio does not matter.
const RATIO_FROM: u64 = 64 << 20;

impl Default for DecodeLimits {
    fn default() -> Self {
        Self {
            max_output: 64 << 30,
            max_ratio: 2000,
            // `xz -9` asks for 64 MiB and a little more.
            max_memory: 72 << 20,
        }
    }
}

impl DecodeLimits {
    pub(in crate::text) fn check(&self, produced: u64, consumed: u64) -> Option<TextError> {
        let bomb = produced > self.max_output
            || (produced > RATIO_FROM && produced / self.max_ratio.max(1) > consumed);
        bomb.then_some(TextError::Bomb { produced, consumed })
    }
}
