using System.Globalization;
using Microsoft.AspNetCore.Http;
using Touchline.Model;
using Touchline.Web.Time;

namespace Touchline.Web.Charts;

/// <summary>
/// What a chart asks for, read from an address. Times in ms; the grid is start, start + step, … up to and including end, aligned to the step,
/// so that points stay where they were from one refresh to the next.
/// </summary>
internal sealed record ChartRequest
{
    public const int MaxQueries = 16;
    public const int MaxPoints = 11_000;
    public const int MaxSeries = 1_000;
    public const int DefaultPoints = 300;
    private const int DefaultSeries = 200;

    private static readonly long[] NiceSteps =
    [
        1000, 2000, 5000, 10_000, 15_000, 20_000, 30_000, 60_000, 120_000, 300_000, 600_000, 900_000, 1_200_000, 1_800_000, 3_600_000,
        7_200_000, 10_800_000, 21_600_000, 43_200_000, 86_400_000,
    ];

    public required IReadOnlyList<string> Queries { get; init; }

    public required long FromMs { get; init; }

    public required long ToMs { get; init; }

    public required long StartMs { get; init; }

    public required long StepMs { get; init; }

    public required int Points { get; init; }

    public required int SeriesLimit { get; init; }

    /// <summary>The labels, as text, of the histogram to draw; empty, or not in the answer, for the sum of all.</summary>
    public required string Histogram { get; init; }

    public long EndMs => StartMs + (Points - 1) * StepMs;

    /// <exception cref="FormatException">A parameter is missing or cannot be read; the message says which and what would be right.</exception>
    public static ChartRequest Parse(IQueryCollection parameters, long nowMs)
    {
        var queries = parameters["query"].Where(q => !string.IsNullOrWhiteSpace(q)).Select(q => q!).ToArray();
        if (queries.Length is 0 or > MaxQueries)
        {
            throw new FormatException($"parameter \"query\" must be there once to {MaxQueries} times");
        }
        var range = new TimeRange(Text(parameters, "from", TimeRange.Default.From), Text(parameters, "to", TimeRange.Default.To));
        if (!range.TryResolve(nowMs, out var from, out var to))
        {
            throw new FormatException($"\"{range.From}\" to \"{range.To}\" is no time range: give times such as now-1h, "
                + "2026-01-31T12:00:00Z or ms since 1970, the earlier one first");
        }
        var points = Count(parameters, "points", DefaultPoints, MaxPoints);
        var step = StepOf(parameters, to - from, points);
        var start = from / step * step;
        if (start < from)
        {
            start += step;
        }
        var steps = to >= start ? (to - start) / step + 1 : 0;
        if (steps == 0)
        {
            // The range is shorter than the step: its end is the one point that there is.
            (start, steps) = (to, 1);
        }
        if (steps > MaxPoints)
        {
            throw new FormatException($"exceeded maximum resolution of {MaxPoints} points per series: the step must be at least "
                + PrometheusDuration.Format(NiceStep((to - from) / MaxPoints + 1)));
        }
        var scrape = Text(parameters, "scrape", "");
        return new ChartRequest
        {
            Queries = scrape.Length == 0 ? queries : [.. queries.Select(q => FillIntervals(q, step, Duration("scrape", scrape)))],
            FromMs = from,
            ToMs = to,
            StartMs = start,
            StepMs = step,
            Points = (int)steps,
            SeriesLimit = Count(parameters, "series", DefaultSeries, MaxSeries),
            Histogram = Text(parameters, "histogram", ""),
        };
    }

    /// <summary>The smallest step on a clock face that is not below the wanted one.</summary>
    public static long NiceStep(long wantedMs)
    {
        foreach (var step in NiceSteps)
        {
            if (step >= wantedMs)
            {
                return step;
            }
        }
        const long Day = 86_400_000;
        return (wantedMs + Day - 1) / Day * Day;
    }

    private static long StepOf(IQueryCollection parameters, long lengthMs, int points)
    {
        var asked = Text(parameters, "step", "");
        return asked.Length == 0 ? NiceStep((lengthMs + points - 1) / points) : Duration("step", asked);
    }

    // The names are Grafana's: a rate over $__rate_interval always sees two samples and never skips one between steps.
    private static string FillIntervals(string query, long stepMs, long scrapeMs) => query
        .Replace("$__rate_interval", PrometheusDuration.Format(Math.Max(4 * scrapeMs, stepMs + scrapeMs)), StringComparison.Ordinal)
        .Replace("$__interval", PrometheusDuration.Format(stepMs), StringComparison.Ordinal);

    private static long Duration(string name, string text) =>
        PrometheusDuration.TryParse(text, out var ms) && ms > 0
            ? ms
            : throw new FormatException($"parameter \"{name}\" is \"{text}\"; it must be a duration above zero such as 15s");

    private static int Count(IQueryCollection parameters, string name, int absent, int most)
    {
        var text = Text(parameters, name, "");
        if (text.Length == 0)
        {
            return absent;
        }
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count > 0
            ? Math.Min(count, most)
            : throw new FormatException($"parameter \"{name}\" is \"{text}\"; it must be a whole number above zero");
    }

    private static string Text(IQueryCollection parameters, string name, string absent)
    {
        var value = parameters[name].ToString();
        return value.Length == 0 ? absent : value;
    }
}
