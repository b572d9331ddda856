using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Touchline.Model;
using Touchline.Storage;

namespace Touchline.Tsdb.CrashWriter;

/// <summary>Opens a data directory and holds it against what was promised, sample by sample.</summary>
public sealed class DirectoryCheck
{
    private readonly Promise _promise;
    private readonly ILookup<int, Stretch> _deleted;
    private readonly ILookup<int, Stretch> _undecided;

    private DirectoryCheck(Promise promise)
    {
        _promise = promise;
        _deleted = promise.Deleted.ToLookup(stretch => stretch.Series);
        _undecided = promise.Undecided.ToLookup(stretch => stretch.Series);
    }

    /// <summary>Opens a directory, and closes it in good order.</summary>
    /// <exception cref="FaultFoundException">Something promised is missing, something is wrong, or there is more than was written.</exception>
    public static CheckResult Run(string directory, Promise promise, bool seals = false)
    {
        using var store = TsdbStore.Open(WrittenSamples.Options(directory, seals), TimeProvider.System, NullLogger.Instance);
        return Run(store, promise);
    }

    public static CheckResult Run(TsdbStore store, Promise promise)
    {
        Require(store.Status().Damage.Count == 0, () => "after a crash this is called damage: " + string.Join("; ", store.Status().Damage));
        using var querier = store.OpenQuerier(long.MinValue, long.MaxValue);
        var check = new DirectoryCheck(promise);
        var selected = querier.Select([new LabelMatcher(Model.MatchType.Equal, "__name__", "written")], true, default);
        var rows = new SampleColumns[WrittenSamples.Series];
        foreach (var series in selected)
        {
            var number = int.Parse(series.Labels["series"], CultureInfo.InvariantCulture);
            rows[number] = new SampleColumns();
            series.Read(long.MinValue, long.MaxValue, rows[number]);
        }
        Require(querier.Warnings.Count == 0, () => string.Join("; ", querier.Warnings));
        return selected.Count == 0 && promise.LastStep < 0 ? new CheckResult(-1, 0) : check.Run(rows);
    }

    private CheckResult Run(SampleColumns?[] all)
    {
        Require(Array.IndexOf(all, null) < 0, () => $"{all.Count(rows => rows is not null)} series instead of {WrittenSamples.Series}");
        var end = all.Max(rows => rows!.Count == 0 ? -1 : WrittenSamples.Step(rows.Timestamps[^1]));
        Require(end >= _promise.LastStep, () => $"step {_promise.LastStep} was promised and {end} is the last one there");
        Require(end <= _promise.NewestPossible, () => $"step {end} is there and was never written");
        // Retention takes blocks one at a time, and a compacted one may come between: what is older than that may have gaps.
        var kept = Math.Max(0, _promise.NewestKnown(end) - WrittenSamples.RetentionSteps);
        for (var series = 0; series < all.Length; series++)
        {
            CheckThere(series, all[series]!, end);
            CheckMissing(series, all[series]!, kept, end);
        }
        return new CheckResult(end, all.Sum(rows => (long)rows!.Count));
    }

    /// <summary>Each sample that is there was written, was not deleted, and has its value.</summary>
    private void CheckThere(int series, SampleColumns rows, long end)
    {
        var before = -1L;
        for (var row = 0; row < rows.Count; row++)
        {
            var step = WrittenSamples.Step(rows.Timestamps[row]);
            Require(
                rows.Timestamps[row] == WrittenSamples.Time(step) && step > before,
                () => $"series {series}: a sample at {rows.Timestamps[row]}, when nothing was written, or twice");
            before = step;
            var batch = WrittenSamples.WrittenWith(series, step);
            Require(
                batch <= (_promise.BatchesAreWhole ? end : _promise.NewestPossible),
                () => $"series {series}: step {step} is there, and of the batch {batch} that it came with is not");
            Require(!_deleted[series].Any(stretch => stretch.Has(step)), () => $"series {series}: step {step} was deleted and is there");
            CheckValue(series, step, rows, row);
        }
    }

    /// <summary>Each sample that is not there was deleted, or came in a batch that is not there. A batch that is there for one series is so for all.</summary>
    private void CheckMissing(int series, SampleColumns rows, long kept, long end)
    {
        var row = 0;
        var whole = _promise.BatchesAreWhole ? end : _promise.LastStep;
        for (var step = kept; step <= end; step++)
        {
            while (row < rows.Count && rows.Timestamps[row] < WrittenSamples.Time(step))
            {
                row++;
            }
            var missing = step;
            Require(
                (row < rows.Count && rows.Timestamps[row] == WrittenSamples.Time(missing)) || WrittenSamples.WrittenWith(series, missing) > whole
                    || _deleted[series].Concat(_undecided[series]).Any(stretch => stretch.Has(missing)),
                () => $"series {series}: step {missing} is missing, of batch {WrittenSamples.WrittenWith(series, missing)}; the last step there is {end}");
        }
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
            rows.HasHistograms && rows.Histograms[row] is { } found && found.Count == histogram.Count && found.Sum == histogram.Sum
                && found.ZeroCount == histogram.ZeroCount && found.PositiveBuckets.AsSpan().SequenceEqual(histogram.PositiveBuckets),
            () => $"series {series}, step {step}: the histogram is not {histogram}");
    }

    private static void Require(bool held, Func<string> otherwise)
    {
        if (!held)
        {
            throw new FaultFoundException(otherwise());
        }
    }
}

/// <summary>What was found in good order: the last step that is there, and how many samples were looked at.</summary>
public sealed record CheckResult(long LastStep, long Samples);
