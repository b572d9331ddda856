using Touchline.Scraping;

namespace Touchline.Hosting;

/// <summary>Everything that fills the store, started and stopped as one.</summary>
internal sealed class Collection(RunningConfiguration configuration, Scraper scraper) : IAsyncDisposable
{
    public void Start() => scraper.Apply(configuration.Current);

    public ValueTask DisposeAsync() => scraper.DisposeAsync();
}
