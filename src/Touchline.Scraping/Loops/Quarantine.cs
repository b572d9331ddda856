using Touchline.Configuration;

namespace Touchline.Scraping.Loops;

/// <summary>
/// The metrics of one target that break a limit: they are left out, all series of them, and the rest is stored. A metric is held until a
/// body shows that it keeps to the limits again. Not thread-safe.
/// </summary>
internal sealed class Quarantine(ScrapeConfig config)
{
    private readonly Dictionary<string, Held> _held = new(StringComparer.Ordinal);

    public bool IsEmpty => _held.Count == 0;

    /// <summary>Whether samples are left out because there are too many of them.</summary>
    public bool HoldsForSamples => _held.Values.Any(held => held.IsForSamples);

    public IReadOnlyList<QuarantinedMetric> Metrics =>
        [.. _held.Select(held => new QuarantinedMetric(held.Key, held.Value.Reason)).OrderBy(metric => metric.Name, StringComparer.Ordinal)];

    public void BeginPass()
    {
        foreach (var held in _held.Values)
        {
            (held.Samples, held.Breaches) = (0, 0);
        }
    }

    /// <summary>Whether the metric's samples are left out; counts one.</summary>
    public bool Holds(string metric)
    {
        if (!_held.TryGetValue(metric, out var held))
        {
            return false;
        }
        held.Samples++;
        return true;
    }

    /// <summary>A sample of the metric breaks a limit that is about single series.</summary>
    public void Breach(string metric, string reason)
    {
        if (!_held.TryGetValue(metric, out var held))
        {
            _held.Add(metric, held = new Held { IsNew = true });
        }
        held.Breaches++;
        held.Reason = reason;
        held.IsForSamples = false;
    }

    /// <summary>After a body: decides which metrics are held. True where that is not as the body was read, so that it is read again.</summary>
    /// <param name="kept">Samples that were not left out, those above the limit included.</param>
    /// <param name="countByMetric">How many of them each metric has.</param>
    public bool Review(int kept, Func<Dictionary<string, int>> countByMetric)
    {
        var changed = false;
        foreach (var (name, held) in _held)
        {
            changed |= held.IsNew;
            held.IsNew = false;
            if (held.IsForSamples ? held.Samples == 0 : held.Breaches == 0)
            {
                _held.Remove(name);
                changed |= held.Samples > 0;
            }
        }
        return ReviewSamples(kept, countByMetric) || changed;
    }

    private bool ReviewSamples(int kept, Func<Dictionary<string, int>> countByMetric)
    {
        if (config.SampleLimit == 0)
        {
            return false;
        }
        if (kept > config.SampleLimit)
        {
            // The largest go first: fewest are lost, and a metric that grows without bound is the largest sooner or later.
            foreach (var (name, count) in countByMetric().OrderByDescending(metric => metric.Value).ThenBy(metric => metric.Key, StringComparer.Ordinal))
            {
                if (kept <= config.SampleLimit)
                {
                    break;
                }
                kept -= count;
                _held[name] = new Held
                {
                    IsForSamples = true,
                    Reason = $"sample_limit exceeded (number of samples: {count}, limit of the target: {config.SampleLimit})",
                };
            }
            return true;
        }
        var left = _held.Values.Where(held => held.IsForSamples).Sum(held => held.Samples);
        if (kept + left > config.SampleLimit)
        {
            return false;
        }
        foreach (var (name, held) in _held)
        {
            if (held.IsForSamples)
            {
                _held.Remove(name);
            }
        }
        return left > 0;
    }

    private sealed class Held
    {
        public string Reason = "";
        public bool IsForSamples;
        public bool IsNew;
        public int Samples;
        public int Breaches;
    }
}
