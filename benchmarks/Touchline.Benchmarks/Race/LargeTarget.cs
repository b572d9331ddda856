using System.Collections.Concurrent;
using System.Net;

namespace Touchline.Benchmarks.Race;

/// <summary>A target that is closed until it is told to open, and then tells of every scrape that begins.</summary>
internal sealed class LargeTarget : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<string, int> _scrapes = new();
    private volatile ParsedBodies? _bodies;

    private LargeTarget(int port)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(options => options.Listen(IPAddress.Loopback, port));
        _app = builder.Build();
        _app.MapGet("/{server}/metrics", (string server) =>
        {
            if (_bodies is not { } bodies)
            {
                return Results.StatusCode(503);
            }
            var scrape = _scrapes.AddOrUpdate(server, 1, (_, last) => last + 1);
            ScrapeBegins(server, scrape);
            return Results.Bytes(bodies[scrape], bodies.ContentType);
        });
    }

    /// <summary>Called with the server and the number of the scrape, from 1, before the answer is sent.</summary>
    public Action<string, int> ScrapeBegins { get; set; } = (_, _) => { };

    public static async Task<LargeTarget> StartAsync(int port)
    {
        var target = new LargeTarget(port);
        await target._app.StartAsync();
        return target;
    }

    /// <summary>Answers from now on with these bodies.</summary>
    public void Open(ParsedBodies bodies) => _bodies = bodies;

    /// <summary>How many scrapes of a server began.</summary>
    public int Scrapes(string server) => _scrapes.GetValueOrDefault(server);

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
