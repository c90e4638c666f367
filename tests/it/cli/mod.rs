//! The program as people run it: real process, real carrier process, real files.

mod accounted;
mod approval;
mod audit;
mod bad_input;
mod comment;
mod converge;
mod credentials;
mod drift;
mod drift_accept;
mod drift_ignores;
mod exported;
mod months_end;
mod ops;
mod orders;
mod plan_file;
mod purchases;
mod quickstart;
mod readme;
mod redaction;
mod refusals;
mod report;
mod streams;
mod terminations;
mod top_ups;
mod two_processes;
mod world;
