using System.Globalization;
using Touchline.Configuration.Probes;

namespace Touchline.Collectors.Probes;

/// <summary>How long a probe may take for whoever asks for it.</summary>
public static class ProbeTimeout
{
    private const double LongestSeconds = 120;

    /// <summary>The scraper's time less the offset, or the module's where that is shorter; null where the header is no number.</summary>
    /// <param name="header">X-Prometheus-Scrape-Timeout-Seconds, empty where there is none.</param>
    /// <param name="offset">What the answer needs on its way back.</param>
    public static TimeSpan? Of(string header, ProbeModuleConfig module, TimeSpan offset)
    {
        var seconds = 0.0;
        if (header.Length > 0 && (!double.TryParse(header, NumberStyles.Float, CultureInfo.InvariantCulture, out seconds) || !double.IsFinite(seconds)))
        {
            return null;
        }
        var most = Math.Min(seconds <= 0 ? LongestSeconds : seconds, LongestSeconds) - offset.TotalSeconds;
        var own = module.TimeoutMs / 1000.0;
        // A scraper that waits less than the offset gets what the module says, as in blackbox_exporter.
        return TimeSpan.FromSeconds((own > 0 && own < most) || most < 0 ? own : most);
    }
}
