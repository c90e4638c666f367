//! The integration tests: one binary, so that it is linked once.

#[cfg(feature = "emulator")]
mod emulator;
mod golden;
mod manifest;
mod render;
