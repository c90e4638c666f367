//! `simfleet emulator`: the carrier emulator as a server.

use std::io::Write as _;

use tokio::net::TcpListener;

use crate::cli::args::Emulator as Args;
use crate::cli::exit;
use crate::cli::failure::Failure;
use crate::cli::shell::Shell;
use crate::cli::stop::Signals;
use crate::domain::calendar::CutOff;
use crate::emulator::{Emulator, Options, Pace, RateLimit};
use crate::exec::stop::stop_pair;

pub(crate) async fn run(shell: &Shell, args: &Args) -> Result<u8, Failure> {
    let pace: Pace = args.clock.parse().map_err(|error| Failure::usage(format!("--clock: {error}")))?;
    let options = Options {
        contractor_id: args.contractor_id.clone(),
        password: args.password.clone(),
        control: args.control,
        rate_limit: if args.no_rate_limit { None } else { Some(RateLimit::default()) },
        pace: Some(pace),
        cut_off: cut_off(&args.cut_off)?,
        ..Options::default()
    };
    let emulator = Emulator::open(args.data.as_deref(), options)?;
    if emulator.is_empty()? {
        if let Some(seed) = &args.seed {
            let name = seed.display().to_string();
            let text = std::fs::read(seed).map_err(|error| Failure::from(error).while_(&name))?;
            emulator.seed(&text).map_err(|error| Failure::from(error).while_(&name))?;
        }
        if let Some(count) = args.generate {
            emulator.generate(count, 1)?;
        }
    }
    let listener = TcpListener::bind(args.listen)
        .await
        .map_err(|error| Failure::from(error).while_(&format!("--listen {}", args.listen)))?;
    let server = emulator.serve(listener)?;
    let mut stdout = std::io::stdout();
    writeln!(stdout, "carrier emulator on {} (contractor {})", server.endpoint(), args.contractor_id)
        .and_then(|()| stdout.flush())
        .map_err(|error| Failure::from(error).while_("stdout"))?;
    let (handle, mut stop) = stop_pair();
    let signals = Signals::listen(handle, shell.global.log_format);
    stop.asked().await;
    server.stop().await?;
    Ok(signals.exit_code().unwrap_or(exit::DONE))
}

fn cut_off(text: &str) -> Result<CutOff, Failure> {
    match text {
        "none" => Ok(CutOff::None),
        "last-day" => Ok(CutOff::LastDay),
        "from-25th" => Ok(CutOff::From25th),
        _ => Err(Failure::usage(format!("--cut-off {text}: there are none, last-day and from-25th"))),
    }
}
