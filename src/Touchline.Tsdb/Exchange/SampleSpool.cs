using Touchline.Model;
using Touchline.Storage;
using Touchline.Tsdb.Chunks;
using Touchline.Tsdb.Files;
using Touchline.Tsdb.Prometheus;

namespace Touchline.Tsdb.Exchange;

/// <summary>
/// Samples of one series, packed while they are collected from input that is ordered by time and not by series. They may come in any
/// order and more than once; the first of a time counts.
/// </summary>
internal sealed class SampleSpool
{
    /// <summary>What a spool takes beside its samples, about.</summary>
    public const int OverheadBytes = 200;

    private readonly BitWriter _floats = new(24);
    private XorAppender _appender;
    private List<(long Time, byte[] Histogram)>? _histograms;
    private int _histogramBytes;
    private long _lastTime = long.MinValue;
    private bool _ascends = true;

    public int Count => _appender.Count + (_histograms?.Count ?? 0);

    public int Bytes => _floats.Capacity + _histogramBytes;

    public void Append(long time, double value)
    {
        Note(time);
        _appender.Append(_floats, time, value);
    }

    public void Append(long time, NativeHistogram histogram)
    {
        Note(time);
        var bytes = new ByteBuffer();
        HistogramCodec.Encode(histogram, bytes);
        _histograms ??= [];
        _histograms.Add((time, bytes.Written.ToArray()));
        _histogramBytes += bytes.Length + 40;
    }

    /// <summary>Appends everything, ascending, each time once.</summary>
    public void Read(SampleColumns into)
    {
        if (_histograms is null && _ascends)
        {
            XorChunk.ReadSamples(_floats.Written, _appender.Count, long.MinValue, long.MaxValue, into);
            return;
        }
        var rows = new SampleColumns();
        XorChunk.ReadSamples(_floats.Written, _appender.Count, long.MinValue, long.MaxValue, rows);
        foreach (var (time, histogram) in _histograms ?? [])
        {
            rows.Add(time, HistogramCodec.Decode(histogram));
        }
        // Stable, so that of two samples of one time the first that came is the first here; a float before a histogram.
        var times = rows.Timestamps.ToArray();
        long? last = null;
        foreach (var row in Enumerable.Range(0, rows.Count).OrderBy(row => times[row]))
        {
            if (times[row] != last)
            {
                into.AddRow(rows, row);
                last = times[row];
            }
        }
    }

    private void Note(long time)
    {
        _ascends &= time > _lastTime;
        _lastTime = time;
    }
}
