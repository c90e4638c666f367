//! Operations as they are read: by harm, by fleet and kinds, by line.

use std::collections::BTreeMap;
use std::fmt;

use crate::domain::{Money, OperationKind, Risk, Subject};
use crate::plan::{Change, Cost, Operation, Per, Place, Plan};
use crate::render::escape::plain;
use crate::render::view::{Field, FieldName, Mark, Subjects, fields};

/// All blocks whose worst operation is of one risk class.
#[derive(Debug)]
pub struct HarmSection<'a> {
    /// The class.
    pub risk: Risk,
    /// Sorted by account, fleet and kinds.
    pub groups: Vec<Group<'a>>,
}

/// Blocks of one fleet with the same kinds of operation.
#[derive(Debug)]
pub struct Group<'a> {
    /// The account.
    pub account: &'a str,
    /// The fleet.
    pub fleet: &'a str,
    /// The kinds, in the order in which they are performed.
    pub kinds: Vec<OperationKind>,
    /// What the last kind does, with the flags of all.
    pub mark: Option<Mark>,
    /// Sorted by MSISDN.
    pub blocks: Vec<Block<'a>>,
    /// What all blocks cost together.
    pub costs: Costs,
    /// The different changes in it, the most frequent first.
    pub variants: Vec<Variant>,
    /// The reason, where all blocks have the same.
    pub reason: Option<String>,
}

/// A change that several blocks of a group make.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Variant {
    /// `ratePlan fixed-500mb -> fixed-1gb`, without what is each line's own (its IMEI).
    pub change: String,
    /// How many blocks make it.
    pub count: usize,
    /// The first of them, in the group's order.
    pub first: usize,
}

/// The operations on one line, in the order in which they are performed.
#[derive(Debug)]
pub struct Block<'a> {
    /// The line.
    pub subject: &'a Subject,
    /// What people call it.
    pub name: Option<&'a str>,
    /// By what people group it.
    pub labels: Option<&'a BTreeMap<String, String>>,
    /// Where it is declared.
    pub source: &'a Place,
    /// At least one.
    pub operations: Vec<&'a Operation>,
    /// What they cost together.
    pub costs: Costs,
}

/// Money once and every month.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Costs {
    /// Once.
    pub once: Money,
    /// Every month.
    pub monthly: Money,
}

impl Costs {
    /// As text, empty where there is nothing to pay or save.
    pub fn text(self) -> String {
        if self == Self::default() { String::new() } else { self.to_string() }
    }

    /// What one operation costs.
    pub fn of_one(cost: Cost) -> Self {
        match cost.per {
            Per::Once => Self { once: cost.amount, monthly: cost.monthly },
            Per::Month => Self { once: Money::ZERO, monthly: cost.amount.plus(cost.monthly) },
        }
    }

    fn of<'a>(operations: impl IntoIterator<Item = &'a Operation>) -> Self {
        operations.into_iter().fold(Self::default(), |sum, operation| sum.plus(Self::of_one(operation.cost)))
    }

    /// The sum.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self { once: self.once.plus(other.once), monthly: self.monthly.plus(other.monthly) }
    }
}

impl fmt::Display for Costs {
    /// `+12,400 JPY once, +3,300 JPY/month`; what is zero is left out.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { once, monthly } = *self;
        match (once == Money::ZERO, monthly == Money::ZERO) {
            (true, true) => f.write_str("0 JPY"),
            (false, true) => write!(f, "{once:+} once"),
            (true, false) => write!(f, "{monthly:+}/month"),
            (false, false) => write!(f, "{once:+} once, {monthly:+}/month"),
        }
    }
}

impl Block<'_> {
    /// The class of its worst operation.
    pub fn risk(&self) -> Risk {
        self.operations.iter().map(|operation| operation.change.risk()).max().unwrap_or(Risk::R0)
    }

    /// What the last operation does, with the flags of all.
    pub fn mark(&self) -> Option<Mark> {
        Mark::of_all(self.operations.iter().copied())
    }

    /// What it changes and buys, in words; see [`changes`](Self::changes).
    pub fn change(&self, individual: bool) -> String {
        self.changes(individual).join("; ")
    }

    /// What it changes, in words: what it shares with others (`individual` false) or what is its own.
    /// Of several operations only where they lead: `state Ordered -> Active`. What is bought follows,
    /// each purchase by itself.
    pub fn changes(&self, individual: bool) -> Vec<String> {
        self.changes_as(individual, ToString::to_string)
    }

    /// The same, each field written by somebody else: in colour, for example.
    pub fn changes_as(&self, individual: bool, write: impl Fn(&Field) -> String) -> Vec<String> {
        let mut net: BTreeMap<FieldName, Field> = BTreeMap::new();
        let mut events = Vec::new();
        for operation in &self.operations {
            for field in fields(&operation.from, &operation.to) {
                if field.name.is_individual() != individual {
                    continue;
                }
                if field.name.is_event() {
                    events.push(match self.after(operation) {
                        Some(after) => format!("{}, {after}", write(&field)),
                        None => write(&field),
                    });
                } else {
                    let to = field.to.clone();
                    net.entry(field.name).or_insert(field).to = to;
                }
            }
        }
        let net: Vec<String> = net.values().map(write).collect();
        (!net.is_empty()).then(|| net.join(", ")).into_iter().chain(events).collect()
    }

    /// What a purchase of this block waits for: `after resume`. For what is not bought the order in which
    /// a block is read says it.
    pub fn after(&self, operation: &Operation) -> Option<String> {
        if operation.change.risk() != Risk::R4 || operation.depends_on.is_empty() {
            return None;
        }
        let names = operation.depends_on.iter().map(|id| match self.operations.iter().find(|other| other.id == *id) {
            Some(Operation { change: Change::BuyCoupon { purchase }, .. }) => plain(purchase.code.as_str()).into_owned(),
            Some(other) => other.change.kind().as_str().to_owned(),
            None => plain(&id.0).into_owned(),
        });
        Some(format!("after {}", names.collect::<Vec<_>>().join(" and ")))
    }

    /// The reasons of its operations, each once.
    pub fn reason(&self) -> String {
        let mut reasons: Vec<&str> = Vec::new();
        for operation in &self.operations {
            if !operation.reason.is_empty() && !reasons.contains(&operation.reason.as_str()) {
                reasons.push(&operation.reason);
            }
        }
        reasons.join("; ")
    }
}

impl HarmSection<'_> {
    /// Of what, and how many.
    pub fn subjects(&self) -> Subjects {
        Subjects::of(self.groups.iter().flat_map(|group| &group.blocks).map(|block| block.subject))
    }

    /// Whether every row is shown, however many there are: what cannot be undone or is paid at once is
    /// never only counted.
    pub fn is_always_full(&self) -> bool {
        self.risk >= Risk::R4
    }
}

impl Group<'_> {
    /// Of what, and how many.
    pub fn subjects(&self) -> Subjects {
        Subjects::of(self.blocks.iter().map(|block| block.subject))
    }

    /// Whether the same is to be said of all its blocks but who they are.
    pub fn is_uniform(&self) -> bool {
        let same = |block: &Block<'_>| {
            self.blocks.first().is_some_and(|first| first.costs == block.costs && block.changes(true).is_empty())
        };
        self.reason.is_some() && self.variants.len() == 1 && self.blocks.iter().all(same)
    }

    /// `main/kanto-vending`; `main` for orders, which belong to no fleet.
    pub fn place(&self) -> String {
        if self.fleet.is_empty() { self.account.to_owned() } else { format!("{}/{}", self.account, self.fleet) }
    }
}

/// Account, fleet, kinds.
type GroupKey<'a> = (&'a str, &'a str, Vec<OperationKind>);

/// A plan's operations by harm, the worst first.
pub(super) fn sections(plan: &Plan) -> Vec<HarmSection<'_>> {
    let mut by_harm: BTreeMap<Risk, BTreeMap<GroupKey<'_>, Vec<Block<'_>>>> = BTreeMap::new();
    for block in blocks(plan) {
        let Some(first) = block.operations.first() else { continue };
        let kinds = block.operations.iter().map(|operation| operation.change.kind()).collect();
        let key = (&*first.account, &*first.fleet, kinds);
        by_harm.entry(block.risk()).or_default().entry(key).or_default().push(block);
    }
    by_harm
        .into_iter()
        .rev()
        .map(|(risk, groups)| HarmSection { risk, groups: groups.into_iter().map(|(key, blocks)| group(key, blocks)).collect() })
        .collect()
}

fn blocks(plan: &Plan) -> Vec<Block<'_>> {
    let mut operations: Vec<&Operation> = plan.operations.iter().collect();
    operations.sort_by(|a, b| {
        (&a.account, &a.subject, a.wave, a.change.kind()).cmp(&(&b.account, &b.subject, b.wave, b.change.kind()))
    });
    operations
        .chunk_by(|a, b| a.account == b.account && a.subject == b.subject)
        .filter_map(|chain| {
            let first = chain.first()?;
            Some(Block {
                subject: &first.subject,
                name: first.name.as_deref(),
                labels: first.labels.as_deref(),
                source: &first.source,
                operations: chain.to_vec(),
                costs: Costs::of(chain.iter().copied()),
            })
        })
        .collect()
}

fn group<'a>((account, fleet, kinds): GroupKey<'a>, blocks: Vec<Block<'a>>) -> Group<'a> {
    let mut counts: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    for (place, block) in blocks.iter().enumerate() {
        counts.entry(block.change(false)).or_insert((0, place)).0 += 1;
    }
    let mut variants: Vec<Variant> =
        counts.into_iter().map(|(change, (count, first))| Variant { change, count, first }).collect();
    // Stable: equally frequent ones stay in the order of their text.
    variants.sort_by_key(|variant| std::cmp::Reverse(variant.count));
    let reason = blocks.first().map(Block::reason);
    let is_shared = blocks.iter().all(|block| Some(block.reason()) == reason);
    Group {
        account,
        fleet,
        kinds,
        mark: Mark::of_all(blocks.iter().flat_map(|block| block.operations.iter().copied())),
        costs: blocks.iter().fold(Costs::default(), |sum, block| sum.plus(block.costs)),
        blocks,
        variants,
        reason: reason.filter(|_| is_shared),
    }
}
