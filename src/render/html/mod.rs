//! A plan as one HTML file, for a browser: verdict, cost and risk, then what cannot be undone and what is paid at once,
//! then what it takes to approve it and everything else, and last a table of every operation that can be searched,
//! filtered and sorted.
//!
//! | module | what it does |
//! |---|---|
//! | `page` | the document and the order of its sections |
//! | `policy` | the policy that lets nothing in or out of the file |
//! | `head`, `summary`, `approval`, `harm`, `listings`, `fleet` | what is said |
//! | `operations`, `controls` | the table of all operations, and what narrows it |
//! | `table` | rows in portions that a browser lays out only when they come into view |
//! | `bar` | a row of numbers as a picture |
//! | `cell` | lines, changes, places, times |
//! | `style.css`, `script.js` | embedded as they are |
//!
//! It needs no network and loads nothing. Without its script all is there but the search. Everything that others wrote
//! goes through [`plain`](crate::render::escape::plain) and is escaped by the templates.

mod approval;
mod bar;
mod cell;
mod controls;
mod fleet;
mod harm;
mod head;
mod listings;
mod operations;
mod page;
mod policy;
mod summary;
mod table;

use std::io::{self, Write};

use crate::plan::Plan;
use crate::render::view::View;

/// Writes a plan as HTML.
pub fn write(out: &mut (impl Write + ?Sized), plan: &Plan) -> io::Result<()> {
    out.write_all(page::page(&View::new(plan)).into_string().as_bytes())
}
