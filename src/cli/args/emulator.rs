//! `simfleet emulator`.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Args;

/// `simfleet emulator`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  simfleet emulator --control
  simfleet emulator --listen 127.0.0.1:8080 --data carrier.db --clock x60
  curl -X POST 'http://127.0.0.1:8080/_emu/seed?generate=10000&seed=1'")]
pub struct Emulator {
    /// Address to listen on; port 0 takes a free one
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8080")]
    pub listen: SocketAddr,
    /// Keep the world in this SQLite file (default: in memory)
    #[arg(long, value_name = "FILE")]
    pub data: Option<PathBuf>,
    /// Begin with this world, if there is none yet
    #[arg(long, value_name = "FILE")]
    pub seed: Option<PathBuf>,
    /// Begin with N generated lines in every state, if there is no world yet
    #[arg(long, value_name = "N", conflicts_with = "seed")]
    pub generate: Option<u64>,
    /// Serve the control plane /_emu (to this machine only)
    #[arg(long)]
    pub control: bool,
    /// Virtual time: real, frozen, or N times as fast (x60)
    #[arg(long, value_name = "real|frozen|xN", default_value = "real")]
    pub clock: String,
    /// Take any number of requests per second
    #[arg(long)]
    pub no_rate_limit: bool,
    /// When plan changes stop being accepted in a month
    #[arg(long, value_name = "none|last-day|from-25th", default_value = "last-day")]
    pub cut_off: String,
    /// The contractor id that it knows
    #[arg(long, value_name = "ID", env = "SIMFLEET_EMULATOR_CONTRACTOR_ID", default_value = "demo")]
    pub contractor_id: String,
    /// The password of that contractor
    #[arg(long, value_name = "PASSWORD", env = "SIMFLEET_EMULATOR_PASSWORD", default_value = "demo", hide_env_values = true)]
    pub password: String,
}
