using System.Runtime.InteropServices;
using Touchline.Model;
using Touchline.Storage;

namespace Touchline.PromQL.Evaluation.Windows;

/// <summary>
/// The samples of one series without staleness markers, floats and histograms apart, because range functions treat them apart.
/// Reused from series to series.
/// </summary>
internal sealed class SeriesSamples
{
    private long[] _floatTimes = new long[256];
    private double[] _floats = new double[256];
    private readonly List<long> _histogramTimes = [];
    private readonly List<NativeHistogram> _histograms = [];
    private readonly List<long> _histogramCounts = [];
    private long[] _floatCounts = [];

    /// <summary>Whether rows may stand for several samples each; otherwise there are no counts.</summary>
    public bool HasCounts { get; private set; }

    public ReadOnlySpan<long> FloatCounts => _floatCounts.AsSpan(0, FloatCount);

    public ReadOnlySpan<long> HistogramCounts => CollectionsMarshal.AsSpan(_histogramCounts);

    public int FloatCount { get; private set; }

    public int HistogramCount => _histograms.Count;

    public ReadOnlySpan<long> FloatTimes => _floatTimes.AsSpan(0, FloatCount);

    public ReadOnlySpan<double> Floats => _floats.AsSpan(0, FloatCount);

    public ReadOnlySpan<long> HistogramTimes => CollectionsMarshal.AsSpan(_histogramTimes);

    public ReadOnlySpan<NativeHistogram> Histograms => CollectionsMarshal.AsSpan(_histograms);

    public void Fill(SampleColumns samples)
    {
        var times = samples.Timestamps;
        var values = samples.Values;
        _histograms.Clear();
        _histogramTimes.Clear();
        _histogramCounts.Clear();
        var counts = samples.Counts;
        HasCounts = !counts.IsEmpty;
        if (_floats.Length < times.Length)
        {
            _floats = new double[Math.Max(times.Length, _floats.Length * 2)];
            _floatTimes = new long[_floats.Length];
        }
        if (HasCounts && _floatCounts.Length < _floats.Length)
        {
            _floatCounts = new long[_floats.Length];
        }
        var histograms = samples.Histograms;
        if (histograms.IsEmpty && !HasCounts && !MemoryMarshal.Cast<double, ulong>(values).Contains(StaleMarker.Bits))
        {
            // The usual case, and many times as fast as row by row.
            times.CopyTo(_floatTimes);
            values.CopyTo(_floats);
            FloatCount = times.Length;
            return;
        }
        var count = 0;
        for (var row = 0; row < times.Length; row++)
        {
            if (!histograms.IsEmpty && histograms[row] is { } histogram)
            {
                if (!histogram.IsStale)
                {
                    _histogramTimes.Add(times[row]);
                    _histograms.Add(histogram);
                    if (HasCounts)
                    {
                        _histogramCounts.Add(counts[row]);
                    }
                }
                continue;
            }
            _floatTimes[count] = times[row];
            _floats[count] = values[row];
            if (HasCounts)
            {
                _floatCounts[count] = counts[row];
            }
            count += StaleMarker.Is(values[row]) ? 0 : 1;
        }
        FloatCount = count;
    }
}
