using System.Globalization;
using System.Net;
using Touchline.Shared;

namespace Touchline.Differential.Api;

/// <summary>A target that shows at each path what it is told to; an empty type is not sent.</summary>
internal sealed class ExpositionServer : IAsyncDisposable
{
    private readonly HttpListener _listener = new();
    private readonly Func<string, (string ContentType, byte[] Body)> _answer;
    private readonly Task _serving;

    public ExpositionServer(Func<string, (string ContentType, byte[] Body)> answer)
    {
        _answer = answer;
        Address = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{FreePort.Next()}");
        _listener.Prefixes.Add($"http://{Address}/");
        _listener.Start();
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
            var (contentType, body) = _answer(context.Request.Url!.AbsolutePath);
            try
            {
                if (contentType.Length > 0)
                {
                    context.Response.ContentType = contentType;
                }
                await context.Response.OutputStream.WriteAsync(body);
                context.Response.Close();
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException or IOException)
            {
                continue; // Who asked has given up, or the server was disposed meanwhile.
            }
        }
    }
}
