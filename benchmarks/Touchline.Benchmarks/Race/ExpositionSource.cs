using System.Collections.Concurrent;
using System.Net;

namespace Touchline.Benchmarks.Race;

/// <summary>Serves the stream over HTTP: each scrape of a target by a server gets that server's next step.</summary>
internal sealed class ExpositionSource : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<(string Server, int Target), int> _steps = new();
    private readonly ScrapedStream _stream;

    private ExpositionSource(ScrapedStream stream, int port)
    {
        _stream = stream;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(options => options.Listen(IPAddress.Loopback, port));
        _app = builder.Build();
        _app.MapGet("/{server}/{target:int}/metrics", (string server, int target) =>
        {
            var step = _steps.AddOrUpdate((server, target), 0, (_, last) => last + 1);
            return Results.Bytes(step < stream.Steps ? stream.Exposition(target, step) : [], "text/plain; version=0.0.4");
        });
    }

    public static async Task<ExpositionSource> StartAsync(ScrapedStream stream, int port)
    {
        var source = new ExpositionSource(stream, port);
        await source._app.StartAsync();
        return source;
    }

    /// <summary>Whether the server has asked every target once more than there are steps, so that the last body is stored too.</summary>
    public bool Finished(string server) =>
        Enumerable.Range(0, _stream.Targets).All(target => _steps.TryGetValue((server, target), out var step) && step > _stream.Steps);

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
