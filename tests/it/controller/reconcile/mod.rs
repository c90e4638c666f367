//! What a turn decides by itself: who stands for a contractor, what is remembered, when the next turn comes, what may
//! not go yet. Pure.

mod baseline;
mod claims;
mod finalizers;
mod pauses;
