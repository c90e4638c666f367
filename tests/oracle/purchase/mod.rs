//! Coupons: what is bought, proven against an enumeration of everything that could be.
//!
//! | module | what it holds |
//! |---|---|
//! | `market` | small worlds with grants, policies, applications and journals |
//! | `enumeration` | what a right plan buys and says, by trying every claim and every choice |
//! | `top_ups` | the same for policies: every choice of lines |
//! | `compare` | the planner against it, for all small worlds and for random larger ones |
//! | `laws` | at most once, whatever is lost, renamed, moved or added |
//! | `examples` | single situations, told in full |
//! | `money` | what was spent, and the guards that count it |
//! | `reading` | what the planner asks to be read |
//! | `faults` | faults that `plan::check` must see |

mod compare;
mod enumeration;
mod examples;
mod faults;
mod laws;
mod market;
mod money;
mod reading;
mod top_ups;

pub(super) use market::coupons;
