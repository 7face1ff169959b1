//! A time axis on which long idle periods are collapsed, so that a retry of one minute two days later is visible beside
//! a transfer of two hours.

/// A period with events, and its place on the axis.
#[derive(Clone, Copy, Debug, PartialEq)]
struct BusyPeriod {
    from: f64,
    to: f64,
    left: f64,
    right: f64,
}

/// A collapsed idle period: it has a fixed width.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Fold {
    /// Left end on the axis.
    pub(super) left: f64,
    /// Right end on the axis.
    pub(super) right: f64,
    /// Its length, in the unit of the values.
    pub(super) long: f64,
}

/// An axis from 0 to a width.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Scale {
    pieces: Vec<BusyPeriod>,
    folds: Vec<Fold>,
}

/// Most collapsed periods: the longest ones.
const MOST_FOLDS: usize = 8;
/// Width of a fold, as a share of the axis.
const FOLD: f64 = 0.04;
/// An idle period is collapsed if it is longer than this share of all other periods together.
const LONG: f64 = 0.12;
/// Least width between two collapsed periods, as a share of all that is not collapsed.
const SHORT: f64 = 0.05;

impl Scale {
    /// An axis of `width` that shows all periods; idle ones shorter than `least` are never collapsed.
    pub(super) fn new(mut spans: Vec<(f64, f64)>, width: f64, least: f64) -> Self {
        spans.retain(|(from, to)| from.is_finite() && to.is_finite() && from <= to);
        spans.sort_by(|a, b| a.0.total_cmp(&b.0));
        let (Some(first), Some(end)) = (
            spans.first().map(|s| s.0),
            spans.iter().map(|s| s.1).reduce(f64::max),
        ) else {
            return Self::default();
        };
        let gaps = idle_periods(&spans);
        let silent: f64 = gaps.iter().map(|g| g.1 - g.0).sum();
        let busy = (end - first - silent).max(least);
        let mut long: Vec<(f64, f64)> = gaps
            .into_iter()
            .filter(|g| g.1 - g.0 > least && g.1 - g.0 > LONG * busy)
            .collect();
        long.sort_by(|a, b| (b.1 - b.0).total_cmp(&(a.1 - a.0)));
        long.truncate(MOST_FOLDS);
        long.sort_by(|a, b| a.0.total_cmp(&b.0));
        let fold = FOLD * width;
        let room = width - fold * long.len() as f64;
        let starts = std::iter::once(first).chain(long.iter().map(|g| g.1));
        let stops = long.iter().map(|g| g.0).chain(std::iter::once(end));
        let stretches: Vec<(f64, f64)> = starts.zip(stops).collect();
        let whole: f64 = stretches.iter().map(|s| s.1 - s.0).sum();
        // A single moment has a width as well, because its events are drawn.
        let weight = |s: &(f64, f64)| (s.1 - s.0).max(whole * SHORT).max(f64::MIN_POSITIVE);
        let heavy: f64 = stretches.iter().map(weight).sum();
        let mut scale = Self::default();
        let mut left = 0.0;
        for (number, stretch) in stretches.iter().enumerate() {
            let right = left + weight(stretch) / heavy * room;
            let (from, to) = *stretch;
            scale.pieces.push(BusyPeriod {
                from,
                to,
                left,
                right,
            });
            if let Some(silent) = long.get(number) {
                scale.folds.push(Fold {
                    left: right,
                    right: right + fold,
                    long: silent.1 - silent.0,
                });
            }
            left = right + fold;
        }
        scale
    }

    /// The place of a value; outside the axis, its nearer end.
    pub(super) fn at(&self, value: f64) -> f64 {
        let mut last = 0.0;
        for piece in &self.pieces {
            if value < piece.from {
                // In a collapsed period: its middle, which is the farthest from other events.
                return if last == 0.0 {
                    piece.left
                } else {
                    (last + piece.left) / 2.0
                };
            }
            if value <= piece.to {
                let length = piece.to - piece.from;
                let share = if length > 0.0 {
                    (value - piece.from) / length
                } else {
                    0.5
                };
                return piece.left + share * (piece.right - piece.left);
            }
            last = piece.right;
        }
        last
    }

    pub(super) fn folds(&self) -> &[Fold] {
        &self.folds
    }

    /// True if the axis shows this value.
    pub(super) fn shows(&self, value: f64) -> bool {
        self.pieces.iter().any(|p| (p.from..=p.to).contains(&value))
    }

    /// Round values for the labels of the axis, at least `apart` from each other, with their places.
    pub(super) fn ticks(&self, steps: &[f64], apart: f64) -> Vec<(f64, f64)> {
        let mut ticks: Vec<(f64, f64)> = Vec::new();
        for piece in &self.pieces {
            let (long, wide) = (piece.to - piece.from, piece.right - piece.left);
            ticks.push((piece.from, piece.left));
            let Some(step) = steps
                .iter()
                .copied()
                .find(|step| long > 0.0 && step / long * wide >= apart)
            else {
                continue;
            };
            let mut value = (piece.from / step).floor() * step + step;
            while value <= piece.to && ticks.len() < 64 {
                let at = self.at(value);
                if ticks.last().is_none_or(|(_, before)| at - before >= apart) {
                    ticks.push((value, at));
                }
                value += step;
            }
        }
        let mut kept: Vec<(f64, f64)> = Vec::new();
        for tick in ticks {
            if kept
                .last()
                .is_none_or(|(_, before)| tick.1 - before >= apart)
            {
                kept.push(tick);
            }
        }
        kept
    }
}

/// The idle periods between periods that do not touch.
fn idle_periods(spans: &[(f64, f64)]) -> Vec<(f64, f64)> {
    let mut gaps = Vec::new();
    let mut end = f64::NEG_INFINITY;
    for (from, to) in spans {
        if end.is_finite() && *from > end {
            gaps.push((end, *from));
        }
        end = end.max(*to);
    }
    gaps
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_long_idle_periods_the_axis_is_linear() {
        let scale = Scale::new(vec![(0.0, 40.0), (41.0, 100.0)], 1000.0, 10.0);
        assert_eq!(scale.folds(), []);
        for (value, at) in [(0.0, 0.0), (50.0, 500.0), (100.0, 1000.0), (-5.0, 0.0)] {
            assert_eq!(scale.at(value), at, "{value}");
        }
        assert_eq!(scale.at(1e9), 1000.0);
    }

    #[test]
    fn a_long_idle_period_is_collapsed() {
        let day = 86_400.0;
        let scale = Scale::new(vec![(0.0, 60.0), (day, day + 60.0)], 1000.0, 30.0);
        let [fold] = scale.folds() else {
            panic!("{scale:?}")
        };
        assert_eq!(fold.long, day - 60.0);
        assert_eq!((scale.at(60.0), scale.at(day)), (480.0, 520.0));
        assert_eq!(scale.at(day / 2.0), 500.0);
        assert!(scale.shows(30.0) && !scale.shows(day / 2.0) && scale.shows(day));
    }

    #[test]
    fn few_periods_are_collapsed_and_the_axis_keeps_its_width() {
        let spans = (0..500).map(|n| (f64::from(n) * 1000.0, f64::from(n) * 1000.0 + 1.0));
        let scale = Scale::new(spans.collect(), 1000.0, 1.0);
        assert_eq!(scale.folds().len(), MOST_FOLDS);
        assert!((scale.at(499_001.0) - 1000.0).abs() < 1e-6);
        let mut last = -1.0;
        for value in 0..500 {
            let at = scale.at(f64::from(value) * 1000.0);
            assert!(at >= last && (0.0..=1000.0).contains(&at), "{value}");
            last = at;
        }
    }

    #[test]
    fn an_axis_of_nothing_or_of_single_moments_works() {
        assert_eq!(Scale::new(Vec::new(), 1000.0, 1.0), Scale::default());
        assert_eq!(Scale::default().at(5.0), 0.0);
        let one = Scale::new(vec![(7.0, 7.0)], 1000.0, 1.0);
        assert_eq!(one.at(7.0), 500.0);
        assert_eq!(one.ticks(&[1.0, 10.0], 50.0), [(7.0, 0.0)]);
        // Two moments with a day between them are apart.
        let two = Scale::new(vec![(0.0, 0.0), (86_400.0, 86_400.0)], 1000.0, 1.0);
        assert_eq!((two.at(0.0), two.at(86_400.0)), (240.0, 760.0));
        let odd = Scale::new(vec![(f64::NAN, 1.0), (3.0, 2.0)], 1000.0, 1.0);
        assert_eq!(odd, Scale::default());
    }

    #[test]
    fn labels_are_round_and_do_not_overlap() {
        let scale = Scale::new(vec![(3.0, 97.0)], 940.0, 1.0);
        let ticks = scale.ticks(&[1.0, 5.0, 10.0, 50.0], 90.0);
        let values: Vec<f64> = ticks.iter().map(|t| t.0).collect();
        assert_eq!(
            values,
            [3.0, 20.0, 30.0, 40.0, 50.0, 60.0, 70.0, 80.0, 90.0]
        );
        assert!(ticks.windows(2).all(|t| t[1].1 - t[0].1 >= 90.0));
    }
}
