using Touchline.Model;
using Touchline.Storage;

namespace Touchline.Scraping.Loops;

/// <summary>
/// Tells the store since when counters, histograms and summaries count: OpenMetrics says so in a line <c>…_created</c> behind those of the
/// same point. The line stays a series of its own too, as in Prometheus. Not thread-safe.
/// </summary>
internal sealed class CreatedLines
{
    private const string Suffix = "_created";

    private static readonly string[] CumulativeSuffixes = ["_total", "_sum", "_count", "_bucket"];

    private readonly List<CachedSeries> _point = [];
    private bool _isOpenMetrics;

    public static bool Are(Labels? labels) => labels is not null && labels.MetricName.EndsWith(Suffix, StringComparison.Ordinal);

    public void Begin(bool isOpenMetrics)
    {
        _isOpenMetrics = isOpenMetrics;
        _point.Clear();
    }

    public void BeginFamily() => _point.Clear();

    /// <summary>Takes note of a line that was stored.</summary>
    public void Note(CachedSeries series, double value, IAppender appender)
    {
        if (!_isOpenMetrics)
        {
            return;
        }
        if (!series.IsCreated)
        {
            _point.Add(series);
            return;
        }
        var milliseconds = Math.Round(value * 1000);
        if (Math.Abs(milliseconds) <= 1L << 53 && series.CreatedMs != (long)milliseconds)
        {
            series.CreatedMs = (long)milliseconds;
            foreach (var counted in _point)
            {
                if (Belongs(counted.Labels!, series.Labels!))
                {
                    appender.SetCreated(counted.Reference, series.CreatedMs);
                }
            }
        }
        _point.Clear();
    }

    /// <summary>Whether a series is of the point that the created line is of: the same labels, but for the name and the bucket.</summary>
    private static bool Belongs(Labels counted, Labels created)
    {
        var name = counted.MetricName.AsSpan();
        var family = created.MetricName.AsSpan()[..^Suffix.Length];
        if (!name.StartsWith(family) || !CumulativeSuffixes.Contains(name[family.Length..].ToString()))
        {
            return false;
        }
        var others = 0;
        foreach (var label in counted)
        {
            if (label.Name is LabelNames.MetricName or LabelNames.BucketBound)
            {
                continue;
            }
            others++;
            if (created[label.Name] != label.Value)
            {
                return false;
            }
        }
        return others == created.Count - 1;
    }
}
