//! The recipes for GitHub and GitLab: the very scripts, with a forge that remembers, a real carrier and a real repository.

mod apply;
mod drift;
mod files;
mod forge;
mod gitlab;
mod install;
mod pull_request;
mod world;
