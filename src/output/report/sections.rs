//! The parts of the page, from its top to its end.

use maud::{Markup, html};

use super::{Listed, Page, begin, command, count, end, moment, share, sums, swatch, words_of};
use crate::{
    domain::matching::{Counts, Status},
    locales::{Text, report as texts},
};

impl Page<'_> {
    /// The title, of what the page is, and the answer first: what there is to do, and the totals.
    pub(super) fn header(&self) -> Markup {
        let period = self.period();
        html! {
            header {
                div.title {
                    p.eyebrow { "oplux reconcile" }
                    h1 { (self.say(&texts::title())) }
                    p.lead { (self.say(&texts::lead())) }
                }
                dl.facts {
                    @for (name, fact) in [
                        (texts::period(), html! { (self.say(&period)) }),
                        (texts::made_at(), moment(self.data.made_at)),
                        (texts::store(), html! { (self.data.store) }),
                    ] {
                        div { dt { (self.say(&name)) } dd { (fact) } }
                    }
                }
                @if self.data.counts.orders() > 0 {
                    (self.verdict())
                    (self.tiles(&period))
                }
            }
        }
    }

    fn verdict(&self) -> Markup {
        let all = self.data.counts;
        let (missing, unknown) = (all.of(Status::Missing), all.of(Status::Unknown));
        html! {
            @if missing + all.drift > 0 {
                (self.remark("look", "!", &texts::verdict_look(count(missing), count(all.drift))))
            } @else if unknown == 0 {
                (self.well(&texts::verdict_clear()))
            }
            @if unknown > 0 {
                (self.remark("unsure", "?", &texts::verdict_unknown(count(unknown))))
                (command("oplux import events FILE"))
            }
        }
    }

    /// The four totals, each a link to its section.
    fn tiles(&self, period: &Text) -> Markup {
        let all = self.data.counts;
        let of_all = |value| texts::of_all(share(value, all.orders()));
        let screened = all.of(Status::Direct) + all.of(Status::ViaPaymentHistory);
        let (missing, drift) = (all.of(Status::Missing), all.drift);
        html! {
            ul.tiles aria-label=(self.say(&texts::contents())) {
                @for (target, tone, name, value, below) in [
                    ("days", "calm", texts::orders(), all.orders(), period.clone()),
                    ("statuses", "calm", texts::screened(), screened, of_all(screened)),
                    ("missing", "bad", texts::missing(), missing, of_all(missing)),
                    ("drift", "warn", texts::drift(), drift, of_all(drift)),
                ] {
                    li class=(if value > 0 { tone } else { "calm" }) {
                        a href={ "#" (target) } {
                            span.name { (self.say(&name)) }
                            span.value { (count(value)) }
                            span.below { (self.say(&below)) }
                        }
                    }
                }
            }
        }
    }

    /// What stands in place of everything else where there is no order.
    pub(super) fn no_orders(&self) -> Markup {
        html! {
            section.empty {
                h2 { (self.say(&texts::no_orders())) }
                p { (self.say(&texts::no_orders_hint())) }
                (command("oplux import orders FILE"))
            }
        }
    }

    /// All orders by status, each status with what it means.
    pub(super) fn statuses(&self) -> Markup {
        let all = self.data.counts;
        let each = Status::ALL.map(|status| (words_of(status), all.of(status)));
        let rows = html! {
            @for ((class, name, means), orders) in &each {
                tr { th scope="row" { (swatch(class)) (self.say(name)) } (self.shares(*orders)) }
                // Below the numbers, where it has room on a telephone too.
                tr.means { td colspan="3" { span { (self.say(means)) } } }
            }
            tr.total { th scope="row" { (self.say(&texts::total())) } (self.shares(all.orders())) }
        };
        let titles = [texts::status(), texts::orders(), texts::share()];
        let content = html! {
            // The table says the same.
            div.bar aria-hidden="true" {
                @for ((class, ..), orders) in &each {
                    @if *orders > 0 { span class=(class) style={ "flex-grow:" (orders) } {} }
                }
            }
            (self.table("status-table", &texts::overview(), titles.split_at(1), &rows))
            @if self.data.orphans > 0 {
                p.aside {
                    strong { (self.say(&texts::orphans(count(self.data.orphans)))) } " "
                    span { (self.say(&texts::orphans_means())) }
                }
            }
        };
        self.section("statuses", &texts::overview(), &content)
    }

    /// The orders day by day: the chart, and its numbers as a table.
    pub(super) fn days(&self) -> Markup {
        let days = &self.data.days;
        let content = html! {
            @if let (Some(first), Some(last)) = (days.first(), days.last()) {
                @let sums = sums(days);
                @let caption = texts::by_day_of(first.0.to_string(), last.0.to_string());
                (self.chart(&sums, &caption))
                p.note { (self.say(&texts::by_day_note())) }
                details {
                    summary { (self.say(&texts::numbers_table())) }
                    (self.numbers(&sums, &caption))
                }
            } @else {
                p { (self.say(&texts::no_days())) }
            }
            @if self.data.undated > 0 {
                p.note { (self.say(&texts::undated(count(self.data.undated)))) }
            }
        };
        self.section("days", &texts::by_day(), &content)
    }

    /// The chart's numbers, day by day.
    fn numbers(&self, sums: &Counts, caption: &Text) -> Markup {
        let cells = |day: &Counts| {
            let [direct, via, not_screened, missing, unknown] = day.statuses;
            let numbers = [
                direct,
                via,
                missing,
                not_screened + unknown,
                day.orders(),
                day.drift,
            ];
            html! { @for number in numbers { td.num { (count(number)) } } }
        };
        let rows = html! {
            @for (date, day) in &self.data.days {
                tr { th.when scope="row" { (date) } (cells(day)) }
            }
            tr.total { th.when scope="row" { (self.say(&texts::total())) } (cells(sums)) }
        };
        let (direct, via, missing) = (texts::direct(), texts::via_history(), texts::missing());
        let (other, orders, drift) = (texts::other(), texts::all_of_day(), texts::drift());
        let titles = [texts::day(), direct, via, missing, other, orders, drift];
        self.table("day-table", caption, titles.split_at(1), &rows)
    }

    /// Orders that should have a screening and have none; orders whose results differ (R14:
    /// reported, never overwritten); and why orders have no screening.
    pub(super) fn findings(&self) -> Markup {
        let data = self.data;
        let missing = match data.counts.of(Status::Missing) {
            0 => self.well(&texts::no_missing()),
            _ => html! {
                p.intro { (self.say(&texts::missing_means())) }
                (self.list("missing-table", &texts::missing_rows(), &data.missing_rows))
                (self.whole_list("--status missing", &data.missing_rows))
            },
        };
        let (kind, cause) = (texts::kind(), texts::cause());
        let drift = match data.counts.drift {
            0 => self.well(&texts::no_drift()),
            _ => html! {
                p.intro { (self.say(&texts::drift_means())) }
                (self.kinds("drift-kinds", &texts::drift_kinds(), kind, &data.drifts))
                (self.list("drift-table", &texts::drift_rows(), &data.drift_rows))
                (self.whole_list("--drift-only", &data.drift_rows))
            },
        };
        let causes = match data.causes.is_empty() {
            true => self.well(&texts::no_causes()),
            false => self.kinds("cause-table", &texts::causes(), cause, &data.causes),
        };
        html! {
            (self.section("missing", &texts::missing(), &missing))
            (self.section("drift", &texts::drift(), &drift))
            (self.section("causes", &texts::causes(), &causes))
        }
    }

    /// A table of kinds with counts and shares.
    fn kinds(&self, id: &str, caption: &Text, title: Text, kinds: &[(Text, u64)]) -> Markup {
        let rows = html! {
            @for (kind, orders) in kinds {
                tr { th scope="row" { (self.say(kind)) } (self.shares(*orders)) }
            }
        };
        let titles = [title, texts::orders(), texts::share()];
        self.table(id, caption, titles.split_at(1), &rows)
    }

    /// Orders one by one. What to do is said above them where all rows of a kind say the same, else
    /// in each row. Only drifts have an event.
    fn list(&self, id: &str, caption: &Text, listed: &Listed) -> Markup {
        let mut steps: Vec<(&Text, &Text, bool)> = Vec::new();
        for row in &listed.rows {
            match steps.iter_mut().find(|(kind, ..)| *kind == &row.kind) {
                None => steps.push((&row.kind, &row.next_step, true)),
                Some((_, step, is_shared)) => *is_shared &= *step == &row.next_step,
            }
        }
        steps.retain(|(.., is_shared)| *is_shared);
        let (is_drift, event_id) = (id == "drift-table", texts::event_id());
        let (number, at, method) = (
            texts::number(),
            texts::created_at(),
            texts::payment_method(),
        );
        let mut titles = vec![number, at, method, texts::ecforce_result()];
        if is_drift {
            let (auto, manual) = (texts::auto_result(), texts::manual_result());
            titles.extend([auto, manual, texts::kind(), texts::merchant_id()]);
        } else {
            titles.push(texts::cause());
        }
        let rows = html! {
            @for row in &listed.rows {
                tr {
                    th.code scope="row" { (row.number) }
                    td.when { (self.maybe(row.created_at.map(moment))) }
                    td { (self.maybe(row.payment_method.as_ref().map(|name| html! { (name) }))) }
                    (self.result(row.ecforce_result.as_deref()))
                    @if is_drift {
                        (self.result(row.auto_result.as_deref()))
                        (self.result(row.manual_result.as_deref()))
                    }
                    td.kind {
                        span { (self.say(&row.kind)) }
                        @if !steps.iter().any(|(kind, ..)| *kind == &row.kind) {
                            span.step { (self.say(&row.next_step)) }
                        }
                    }
                    // By what O-PLUX's admin screen finds the event (R12), and its ID.
                    @if is_drift {
                        td.event {
                            (self.maybe(row.matched_number.as_ref().map(|number| html! {
                                span.line.code { (number) }
                            })))
                            @if let Some(id) = &row.event_id {
                                span.line { span.key { (self.say(&event_id)) } " " span.code { (id) } }
                            }
                        }
                    }
                }
            }
        };
        html! {
            @if !steps.is_empty() {
                div.guide {
                    h3 { (self.say(&texts::what_to_do())) }
                    dl {
                        @for (kind, step, _) in steps {
                            div { dt { (self.say(kind)) } dd { (self.say(step)) } }
                        }
                    }
                }
            }
            (self.table(id, caption, (&titles, &[]), &rows))
        }
    }

    /// How to get the whole list: `filter` is the flag of `reconcile` that selects it.
    fn whole_list(&self, filter: &str, listed: &Listed) -> Markup {
        let mut line = format!("oplux reconcile {filter}");
        let range = [
            ("--from", self.data.from.map(begin)),
            ("--to", self.data.to.map(end)),
        ];
        for (flag, time) in range {
            if let Some(time) = time {
                let quote = if time.contains(' ') { "\"" } else { "" };
                line += &format!(" {flag} {quote}{time}{quote}");
            }
        }
        let shown = listed.rows.len() as u64;
        let text = match listed.more {
            0 => texts::as_csv(),
            more => texts::more(count(shown), count(shown + more)),
        };
        html! { div.whole { p { (self.say(&text)) } (command(&(line + " --format csv"))) } }
    }
}
