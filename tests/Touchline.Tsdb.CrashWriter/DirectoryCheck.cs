using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Touchline.Model;
using Touchline.Storage;

namespace Touchline.Tsdb.CrashWriter;

/// <summary>Opens a data directory and holds it against what was promised, sample by sample.</summary>
public static class DirectoryCheck
{
    /// <summary>Answers the last step that is there.</summary>
    /// <exception cref="FaultFoundException">Something promised is missing, something is wrong, or there is more than was written.</exception>
    public static long Run(string directory, Promise promise)
    {
        using var store = TsdbStore.Open(WrittenSamples.Options(directory), TimeProvider.System, NullLogger.Instance);
        return Run(store, promise);
    }

    public static long Run(TsdbStore store, Promise promise)
    {
        Require(store.Status().Damage.Count == 0, () => "after a crash this is called damage: " + string.Join("; ", store.Status().Damage));
        using var querier = store.OpenQuerier(long.MinValue, long.MaxValue);
        var selected = querier.Select([new LabelMatcher(Model.MatchType.Equal, "__name__", "written")], true, default);
        Require(promise.LastStep < 0 || selected.Count == WrittenSamples.Series, () => $"{selected.Count} series instead of {WrittenSamples.Series}");
        var rows = new SampleColumns();
        var ends = new List<(int Series, long Step)>();
        var begins = new List<long>();
        foreach (var series in selected)
        {
            var number = int.Parse(series.Labels["series"], CultureInfo.InvariantCulture);
            rows.Clear();
            series.Read(long.MinValue, long.MaxValue, rows);
            begins.Add(WrittenSamples.Step(rows.Timestamps[0]));
            ends.Add((number, CheckRows(number, rows, promise)));
        }
        Require(querier.Warnings.Count == 0, () => string.Join("; ", querier.Warnings));
        if (selected.Count == 0)
        {
            return -1;
        }
        // A batch that is there for one series is there for all, but for what was deleted: a deletion may be on disk when later steps are not.
        var end = ends.Max(last => last.Step);
        Require(
            ends.TrueForAll(last => IsDeleted(promise, last.Series, last.Step + 1, end)),
            () => $"the newest batch is there in part: the last steps are {string.Join(", ", ends.Select(last => last.Step).Distinct())}");
        Require(end >= promise.LastStep, () => $"step {promise.LastStep} was promised and {end} is the last one there");
        Require(end <= promise.NewestPossible, () => $"step {end} is there and was never written");
        var mayBeGone = promise.NewestKnown(end) - WrittenSamples.RetentionSteps;
        Require(begins.Min() <= Math.Max(0, mayBeGone), () => $"the oldest step is {begins.Min()}, though everything from {mayBeGone} on is to be kept");
        return end;
    }

    private static long CheckRows(int series, SampleColumns rows, Promise promise)
    {
        var next = WrittenSamples.Step(rows.Timestamps[0]);
        // Retention takes blocks one at a time, and a compacted one may come between: what is older than that may have gaps.
        var kept = promise.NewestKnown(WrittenSamples.Step(rows.Timestamps[^1])) - WrittenSamples.RetentionSteps;
        for (var row = 0; row < rows.Count; row++, next++)
        {
            var step = WrittenSamples.Step(rows.Timestamps[row]);
            for (; next < step; next++)
            {
                var missing = next;
                Require(
                    missing < kept || IsDeleted(promise, series, missing, missing),
                    () => $"series {series}: step {missing} is missing, and {step} behind it is there");
            }
            Require(rows.Timestamps[row] == WrittenSamples.Time(step), () => $"series {series}: a sample at {rows.Timestamps[row]}, when nothing was written");
            Require(!promise.Deleted.Exists(stretch => stretch.Has(series, step)), () => $"series {series}: step {step} was deleted and is there");
            CheckValue(series, step, rows, row);
        }
        return next - 1;
    }

    /// <summary>Whether each of these steps may be gone, because it was deleted or a deletion of it was begun.</summary>
    private static bool IsDeleted(Promise promise, int series, long from, long to)
    {
        for (var step = from; step <= to; step++)
        {
            if (!promise.Deleted.Concat(promise.Undecided).Any(stretch => stretch.Has(series, step)))
            {
                return false;
            }
        }
        return true;
    }

    private static void CheckValue(int series, long step, SampleColumns rows, int row)
    {
        if (series < WrittenSamples.FirstHistogram)
        {
            var expected = WrittenSamples.Value(series, step);
            Require(
                BitConverter.DoubleToInt64Bits(rows.Values[row]) == BitConverter.DoubleToInt64Bits(expected),
                () => $"series {series}, step {step}: {rows.Values[row]:R} instead of {expected:R}");
            return;
        }
        var histogram = WrittenSamples.Histogram(series, step);
        Require(
            rows.Histograms[row] is { } found && found.Count == histogram.Count && found.Sum == histogram.Sum && found.ZeroCount == histogram.ZeroCount
                && found.PositiveBuckets.AsSpan().SequenceEqual(histogram.PositiveBuckets),
            () => $"series {series}, step {step}: the histogram is {rows.Histograms[row]} instead of {histogram}");
    }

    private static void Require(bool held, Func<string> otherwise)
    {
        if (!held)
        {
            throw new FaultFoundException(otherwise());
        }
    }
}
