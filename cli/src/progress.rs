//! How far sending is: bars by report and lane on a terminal, a line for each thing that is done elsewhere.
//!
//! Reports are counted, never named: a command that needs no PIN shows nothing that reading needs one for.

use std::{
    collections::BTreeMap,
    fmt::Display,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use turnstone_core::{
    Client, ItemRow, ItemState, Lane, ReportRow,
    sync::{Observer, Progress, Subscription},
    view,
};

use crate::{failure::Failure, output::Output};

/// A bar for each thing under way.
const ITEM: &str = "{msg:32} {wide_bar} {bytes} of {total_bytes}";
/// The bar below them.
const ALL: &str = "sending {pos} of {len} {wide_bar} {elapsed}";

/// What is shown of a sender's work.
pub(crate) struct Board {
    client: Client,
    output: Output,
    bars: Option<MultiProgress>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// Numbered from one in the order in which they were met: the oldest first.
    reports: BTreeMap<ReportRow, usize>,
    items: BTreeMap<ItemRow, Item>,
    /// Everything together.
    all: Option<ProgressBar>,
}

struct Item {
    /// Which of the reports, from one.
    report: usize,
    /// Such as "words", or "photo 2 of 2".
    name: String,
    bar: Option<ProgressBar>,
    done: bool,
}

impl Board {
    pub(crate) fn new(client: &Client, output: &Output) -> Arc<Self> {
        let board =
            Self { client: client.clone(), output: *output, bars: output.bars(), state: Mutex::default() };
        board.take_stock(&mut board.state());
        Arc::new(board)
    }

    /// Follows what is handed to the link, where that is shown.
    pub(crate) fn follow(self: &Arc<Self>, client: &Client) -> Option<Subscription> {
        self.bars.as_ref().map(|_| client.subscribe(Arc::clone(self) as Arc<dyn Observer>))
    }

    /// Something was tried, and this is what came of it.
    pub(crate) fn settled(&self, progress: &Progress) -> Result<(), Failure> {
        let mut state = self.state();
        if !state.items.contains_key(&progress.item) {
            // Submitted since. It may have left the queue already: then nobody but this tells of it.
            self.take_stock(&mut state);
            state.add(std::slice::from_ref(progress));
        }
        let of = state.reports.len();
        let Some(item) = state.items.get_mut(&progress.item) else { return Ok(()) };
        if progress.state == ItemState::Waits {
            match (&progress.reason, item.bar.take()) {
                // Its next step follows.
                (None, Some(bar)) => {
                    bar.set_position(progress.sent);
                    item.bar = Some(bar);
                }
                (_, Some(bar)) => bar.finish_and_clear(),
                (_, None) => {}
            }
            return Ok(());
        }
        item.bar.take().iter().for_each(ProgressBar::finish_and_clear);
        if !std::mem::replace(&mut item.done, true) {
            state.all.iter().for_each(|all| all.inc(1));
        }
        let Some(item) = state.items.get(&progress.item) else { return Ok(()) };
        let (report, name) = (item.report, item.name.clone());
        drop(state);
        match self.bars {
            // The bars have shown it.
            Some(_) => Ok(()),
            None => self.output.line(format_args!(
                "report {report} of {of}: {name}: {}",
                view::state_phrase(progress.state)
            )),
        }
    }

    /// Says a line above the bars.
    pub(crate) fn line(&self, words: impl Display) -> Result<(), Failure> {
        match &self.bars {
            Some(bars) => bars.suspend(|| self.output.line(words)),
            None => self.output.line(words),
        }
    }

    /// Says something worth knowing above the bars.
    pub(crate) fn advice(&self, sentence: &str) {
        match &self.bars {
            Some(bars) => bars.suspend(|| self.output.advice(sentence)),
            None => self.output.advice(sentence),
        }
    }

    /// Takes the bars away.
    pub(crate) fn clear(&self) {
        let mut state = self.state();
        state.items.values_mut().filter_map(|item| item.bar.take()).for_each(|bar| bar.finish_and_clear());
        state.all.take().iter().for_each(ProgressBar::finish_and_clear);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Learns what waits now. What cannot be read now is not shown, and sent all the same.
    fn take_stock(&self, state: &mut State) {
        state.add(&self.client.waiting().unwrap_or_default());
        let Some(bars) = &self.bars else { return };
        let length = u64::try_from(state.items.len()).unwrap_or(u64::MAX);
        match &state.all {
            Some(all) => all.set_length(length),
            None if length > 0 => state.all = Some(bars.add(styled(length, ALL))),
            None => {}
        }
    }
}

impl State {
    fn add(&mut self, waiting: &[Progress]) {
        for (progress, name) in waiting.iter().zip(names(waiting)) {
            let next = self.reports.len() + 1;
            let report = *self.reports.entry(progress.report).or_insert(next);
            self.items.entry(progress.item).or_insert(Item { report, name, bar: None, done: false });
        }
    }
}

impl Observer for Board {
    fn progressed(&self, progress: &Progress) {
        let Some(bars) = &self.bars else { return };
        let mut state = self.state();
        if !state.items.contains_key(&progress.item) {
            self.take_stock(&mut state);
        }
        let of = state.reports.len();
        let Some(item) = state.items.get_mut(&progress.item) else { return };
        if item.done || progress.state != ItemState::Waits || progress.reason.is_some() {
            item.bar.take().iter().for_each(ProgressBar::finish_and_clear);
            return;
        }
        let bar = item.bar.get_or_insert_with(|| {
            let bar = bars.insert_from_back(1, styled(progress.size, ITEM));
            bar.set_message(format!("report {} of {of}: {}", item.report, item.name));
            bar
        });
        bar.set_position(progress.sent);
    }
}

fn styled(length: u64, template: &str) -> ProgressBar {
    let bar = ProgressBar::new(length);
    match ProgressStyle::with_template(template) {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}

/// What each thing that waits is called within its report: "words", "photo 2 of 2".
fn names(waiting: &[Progress]) -> Vec<String> {
    let mut counts = BTreeMap::<_, usize>::new();
    let mut number = |progress: &Progress| {
        let count = counts.entry((progress.report, progress.lane)).or_default();
        *count += 1;
        *count
    };
    let numbers: Vec<_> = waiting.iter().map(&mut number).collect();
    let named = waiting.iter().zip(numbers).map(|(progress, number)| {
        let lane = view::lane_name(progress.lane);
        match counts.get(&(progress.report, progress.lane)) {
            Some(of) if progress.lane != Lane::Words => format!("{lane} {number} of {of}"),
            _ => lane.to_owned(),
        }
    });
    named.collect()
}
