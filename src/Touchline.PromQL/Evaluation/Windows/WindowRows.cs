using Touchline.PromQL.Evaluation.Selection;

namespace Touchline.PromQL.Evaluation.Windows;

/// <summary>
/// Which rows of one column of times each step's window has: from <see cref="From"/>[step] inclusive to <see cref="To"/>[step] exclusive. They depend on the times
/// only, so the series of a scrape share them.
/// </summary>
internal sealed class WindowRows
{
    private readonly long[] _times;
    private StepMask? _any;
    private StepMask? _pairs;

    private WindowRows(ReadOnlySpan<long> times, in WindowGeometry windows)
    {
        Windows = windows;
        _times = times.ToArray();
        From = GC.AllocateUninitializedArray<int>(windows.Steps);
        To = GC.AllocateUninitializedArray<int>(windows.Steps);
        var (from, to) = (0, 0);
        for (var step = 0; step < From.Length; step++)
        {
            var end = windows.EndAt(step);
            var start = end - windows.RangeMs;
            while (to < times.Length && times[to] <= end)
            {
                to++;
            }
            while (from < to && times[from] <= start)
            {
                from++;
            }
            From[step] = from;
            To[step] = to;
            Samples += to - from;
        }
    }

    public WindowGeometry Windows { get; }

    public ReadOnlySpan<long> Times => _times;

    public int[] From { get; }

    public int[] To { get; }

    /// <summary>Over all windows: one that is in two counts twice.</summary>
    public long Samples { get; }

    /// <summary>The steps whose windows have a sample. Shared: not to be written to.</summary>
    public StepMask Any => _any ??= WithAtLeast(1);

    /// <summary>The steps whose windows have two samples or more. Shared: not to be written to.</summary>
    public StepMask Pairs => _pairs ??= WithAtLeast(2);

    /// <summary>What a function made of the times alone, to be used for the next series that has the same.</summary>
    public object? Derived { get; set; }

    private StepMask WithAtLeast(int rows)
    {
        var mask = new StepMask(From.Length);
        for (var step = 0; step < From.Length; step++)
        {
            if (To[step] - From[step] >= rows)
            {
                mask.Set(step);
            }
        }
        return mask;
    }

    /// <summary>
    /// The rows of the columns of times that one thread met lately, in a fixed number of places. Where series come in the order of their labels, those of
    /// different scrapes alternate.
    /// </summary>
    internal sealed class Cache(WindowGeometry windows)
    {
        private const int Places = 64;

        private readonly WindowRows?[] _places = new WindowRows?[Places];

        public WindowRows Of(ReadOnlySpan<long> times)
        {
            // The low bits of times are mostly those of their interval.
            var place = times.Length == 0 ? 0 : (int)((ulong)((times[0] * 31 + times[^1]) * 31 + times.Length) * 0x9e3779b97f4a7c15 >> 58);
            var rows = _places[place];
            if (rows is null || !rows.Times.SequenceEqual(times))
            {
                _places[place] = rows = new WindowRows(times, windows);
            }
            return rows;
        }
    }
}
