using Touchline.Configuration;
using Touchline.Options;

namespace Touchline.Hosting;

/// <summary>What jobs leave open and the command line decides.</summary>
internal static class JobSettings
{
    public static ScrapeConfig Complete(ScrapeConfig job, ServerOptions options) => job with
    {
        ScrapeNativeHistograms = job.ScrapeNativeHistograms ?? options.ScrapeNativeHistograms,
        ExtraScrapeMetrics = job.ExtraScrapeMetrics ?? options.ExtraScrapeMetrics,
    };
}
