using System.Runtime.InteropServices;
using Touchline.Storage;
using Touchline.Tsdb.Chunks;
using Touchline.Tsdb.Head;

namespace Touchline.Tsdb.OutOfOrder;

/// <summary>
/// The samples of one batch that come too late for the chunks of their series but within the out-of-order window. They are in the batch's
/// log record, apart from the others, and become visible with them.
/// </summary>
internal sealed class OutOfOrderBatch(TsdbStore store, MetricHead head)
{
    private readonly List<PendingSample> _samples = [];
    private long _window;

    /// <summary>The oldest time that is taken; the greatest number where out-of-order samples are not.</summary>
    public long OldestTime { get; private set; } = long.MaxValue;

    public List<PendingSample> Samples => _samples;

    /// <summary>The window is counted from the newest sample that the head has when the batch begins, as Prometheus counts it.</summary>
    public void Begin()
    {
        _window = store.OutOfOrderTimeWindowMs;
        var newest = Math.Max(head.MaxTime, head.OldestOpenTime);
        OldestTime = _window <= 0 ? long.MaxValue : newest > long.MinValue + _window ? newest - _window : long.MinValue;
    }

    /// <summary>Takes a sample that its series refused, where the window covers it. Answers what became of it; a refusal is counted.</summary>
    public AppendStatus Admit(AppendStatus refusal, HeadSeries series, long time, double value, byte[]? histogram)
    {
        if (refusal is AppendStatus.OutOfOrder or AppendStatus.TooOld && _window > 0 && !series.IsNone)
        {
            if (time >= OldestTime && time >= -SampleLimits.MaxAbsoluteTime)
            {
                _samples.Add(new PendingSample(series, time, value, histogram));
                return AppendStatus.Stored;
            }
            refusal = AppendStatus.TooOld;
        }
        store.CountRefused(refusal, histogram is not null, _window > 0);
        return refusal;
    }

    /// <summary>Adds samples from one position to another to the head; under the commit lock. Answers how many were stored.</summary>
    public int Apply(int from, int to)
    {
        var (stored, histograms) = (0, 0);
        foreach (ref readonly var sample in CollectionsMarshal.AsSpan(_samples)[from..to])
        {
            var histogram = sample.Histogram is null ? null : HistogramCodec.Decode(sample.Histogram);
            var status = head.OutOfOrder.Check(sample.Series, sample.Time, sample.Value, histogram);
            if (status != AppendStatus.Stored)
            {
                store.CountRefused(status, histogram is not null, windowed: true);
                continue;
            }
            head.AppendLate(sample.Series, sample.Time, sample.Value, histogram);
            stored++;
            histograms += histogram is null ? 0 : 1;
        }
        store.CountOutOfOrder(stored, histograms);
        return stored;
    }

    public void Clear() => _samples.Clear();
}
