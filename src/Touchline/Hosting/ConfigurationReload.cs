using Touchline.Scraping;

namespace Touchline.Hosting;

/// <summary>Brings a changed configuration file into force.</summary>
internal sealed class ConfigurationReload(RunningConfiguration configuration, Scraper scraper)
{
    public bool TryReload(out string error) => configuration.TryReload(scraper.Apply, out error);
}
