using System.Globalization;
using System.Net;
using System.Text;

namespace Touchline.EndToEnd;

/// <summary>Something to scrape: many series whose value is the number of the scrape.</summary>
internal sealed class FakeTarget : IAsyncDisposable
{
    private readonly HttpListener _listener = new();
    private readonly Task _serving;
    private readonly int _series;
    private long _scrapes;

    public FakeTarget(int series)
    {
        _series = series;
        // The listener cannot choose a port itself.
        for (var attempt = 0; ; attempt++)
        {
            var port = Random.Shared.Next(20_000, 60_000);
            Address = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}");
            _listener.Prefixes.Clear();
            _listener.Prefixes.Add($"http://{Address}/");
            try
            {
                _listener.Start();
                break;
            }
            catch (HttpListenerException) when (attempt < 20)
            {
                continue;
            }
        }
        _serving = Task.Run(ServeAsync);
    }

    public string Address { get; }

    public async ValueTask DisposeAsync()
    {
        _listener.Close();
        await _serving;
    }

    private async Task ServeAsync()
    {
        while (true)
        {
            HttpListenerContext context;
            try
            {
                context = await _listener.GetContextAsync();
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                return;
            }
            var scrape = Interlocked.Increment(ref _scrapes);
            var text = new StringBuilder("# TYPE load_total counter\n");
            for (var i = 0; i < _series; i++)
            {
                text.Append(CultureInfo.InvariantCulture, $"load_total{{number=\"{i}\"}} {scrape}\n");
            }
            try
            {
                context.Response.ContentType = "text/plain; version=0.0.4";
                await context.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(text.ToString()));
                context.Response.Close();
            }
            catch (Exception e) when (e is HttpListenerException or IOException or ObjectDisposedException)
            {
                // Whoever asked has been killed: that is what the tests are about.
                context.Response.Abort();
            }
        }
    }
}
