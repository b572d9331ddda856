using System.Runtime.InteropServices;
using Touchline.Model;
using Touchline.Storage;

namespace Touchline.PromQL.Evaluation.Windows;

/// <summary>
/// The samples of one series without staleness markers, floats and histograms apart, because range functions treat them apart. Where they are
/// floats only they stay in the columns that they were decoded to. Reused from series to series.
/// </summary>
internal sealed class SeriesSamples
{
    private SampleColumns? _allFloats;
    private long[] _floatTimes = [];
    private double[] _floats = [];
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

    public ReadOnlySpan<long> FloatTimes => _allFloats is null ? _floatTimes.AsSpan(0, FloatCount) : _allFloats.Timestamps;

    public ReadOnlySpan<double> Floats => _allFloats is null ? _floats.AsSpan(0, FloatCount) : _allFloats.Values;

    public ReadOnlySpan<long> HistogramTimes => CollectionsMarshal.AsSpan(_histogramTimes);

    public ReadOnlySpan<NativeHistogram> Histograms => CollectionsMarshal.AsSpan(_histograms);

    /// <param name="samples">Must not change as long as what was made of them is looked at.</param>
    public void Fill(SampleColumns samples)
    {
        var times = samples.Timestamps;
        var values = samples.Values;
        _histograms.Clear();
        _histogramTimes.Clear();
        _histogramCounts.Clear();
        var counts = samples.Counts;
        HasCounts = !counts.IsEmpty;
        var histograms = samples.Histograms;
        _allFloats = histograms.IsEmpty && !HasCounts && !StaleMarker.IsIn(values) ? samples : null;
        if (_allFloats is not null)
        {
            FloatCount = times.Length;
            return;
        }
        if (_floats.Length < times.Length)
        {
            _floats = new double[Math.Max(times.Length, _floats.Length * 2)];
            _floatTimes = new long[_floats.Length];
        }
        if (HasCounts && _floatCounts.Length < _floats.Length)
        {
            _floatCounts = new long[_floats.Length];
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
