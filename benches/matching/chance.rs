//! Chance that is the same in every run: numbers that look random and depend on a seed alone.

const FORTY_BITS: u64 = (1 << 40) - 1;

/// A whole number that looks random; the same one for the same `seed`, `index` and `salt`.
pub fn hash(seed: u64, index: u64, salt: u64) -> u64 {
    let mut x = seed
        .wrapping_add(index.wrapping_mul(0x9e37_79b9_7f4a_7c15))
        .wrapping_add(salt.wrapping_mul(0xd1b5_4a32_d192_ed03));
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

/// 40 bits that look random. Each step can be undone, so that two indexes never give the same.
pub fn scatter(seed: u64, index: u64) -> u64 {
    let mut x = (index ^ seed) & FORTY_BITS;
    for factor in [0x9e_3779_b97f, 0xd1_b54a_32d3, 0x94_d049_bb13] {
        x = x.wrapping_mul(factor) & FORTY_BITS;
        x ^= x >> 19;
    }
    x
}
