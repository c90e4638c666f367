//! What is shown of more than is shown.

use simfleet::annotate::{Annotation, Level, Limits, Spot, fit, github};

use super::{reading, written};

fn mark(level: Level, rule: &str, file: &str, line: u32) -> Annotation {
    let spot = Spot { file: file.to_owned(), line, column: 1, end_column: 0 };
    Annotation::new(level, rule, rule, &format!("{rule} in line {line}")).at(Some(spot))
}

fn all_of(marks: &[Annotation]) -> usize {
    marks.iter().map(Annotation::count).sum()
}

#[test]
fn as_many_as_fit_stay_as_they_are() {
    let marks: Vec<Annotation> = (1..=10).map(|line| mark(Level::Error, "A", "a.yaml", line)).collect();
    let fitted = fit(&marks, Limits::GITHUB_STEP);
    assert_eq!(fitted.shown, marks);
    assert!(fitted.hidden.is_empty());
}

#[test]
fn what_is_alike_in_a_file_stands_together() {
    let mut marks: Vec<Annotation> = (1..=30).map(|line| mark(Level::Warning, "A", "a.yaml", line)).collect();
    marks.push(mark(Level::Warning, "A", "b.yaml", 7));
    marks.push(mark(Level::Error, "A", "a.yaml", 8));
    let fitted = fit(&marks, Limits::GITHUB_STEP);
    assert_eq!(fitted.shown.len(), 3);
    assert_eq!(all_of(&fitted.shown), 32);
    assert!(fitted.hidden.is_empty());
    assert_eq!(fitted.shown[0].level(), Level::Error, "the worst first");
    let text = fitted.shown[1].text();
    assert!(text.ends_with("and 29 more like it in this file, in lines 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21 and 9 more"), "{text}");
}

/// Ten of a level, one of them the count of the others.
#[test]
fn what_is_not_shown_is_counted() {
    let marks: Vec<Annotation> = (1..=12).map(|n| mark(Level::Error, "A", &format!("{n}.yaml"), n)).collect();
    let commands = reading::commands(&written(|out| github::write(out, &marks, "look there")));
    assert_eq!(commands.len(), 10);
    let last = commands.last().expect("ten");
    assert_eq!((last.name.as_str(), last.properties["title"].as_str()), ("error", "3 more"));
    assert_eq!(last.message, "not shown here, for want of space: 3 errors; look there");
}

/// Of three levels that are full, a job's half is 25: the last level gives way, and says so.
#[test]
fn a_step_leaves_half_of_the_job_to_another() {
    let marks: Vec<Annotation> =
        Level::ALL.into_iter().flat_map(|level| (1..=10).map(move |n| mark(level, "A", &format!("{n}.yaml"), n))).collect();
    let commands = reading::commands(&written(|out| github::write(out, &marks, "look there")));
    let count = |name: &str| commands.iter().filter(|command| command.name == name).count();
    assert_eq!((count("error"), count("warning"), count("notice")), (10, 10, 5));
    assert_eq!(commands.last().expect("some").properties["title"], "6 more");
}

#[test]
fn a_long_message_is_cut_between_words() {
    let marks = [Annotation::new(Level::Error, "A", "A", &"08012345678 ".repeat(1_000))];
    let commands = reading::commands(&written(|out| github::write(out, &marks, "look there")));
    let (kept, _) = commands[0].message.split_once('…').expect("it is cut");
    assert!(kept.split(' ').all(|word| word == "08012345678"), "{kept}");
}

#[test]
fn a_long_message_ends_with_how_much_is_missing() {
    let long = "上".repeat(10_000);
    let marks = [Annotation::new(Level::Error, "A", &long, &long)];
    let commands = reading::commands(&written(|out| github::write(out, &marks, "look there")));
    assert!(commands[0].message.encode_utf16().count() <= 4_000);
    assert!(commands[0].message.ends_with("上… (6040 more characters)"), "{}", commands[0].message);
    assert!(commands[0].properties["title"].chars().count() <= 255);
}
