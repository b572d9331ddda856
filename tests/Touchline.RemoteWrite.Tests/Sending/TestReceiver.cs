using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using Touchline.RemoteWrite.Tests.Support;
using Touchline.Shared;

namespace Touchline.RemoteWrite.Tests.Sending;

/// <summary>A receiver on loopback that answers as a test says, and stores what it answers with success to.</summary>
internal sealed class TestReceiver : IDisposable
{
    private readonly HttpListener _listener = new();
    private readonly Func<TestRequest, TestAnswer> _answer;
    private readonly Task _serving;

    /// <param name="port">One that is free where none is given.</param>
    public TestReceiver(Func<TestRequest, TestAnswer>? answer = null, int? port = null)
    {
        _answer = answer ?? (_ => new TestAnswer(204));
        Port = port ?? FreePort.Next();
        _listener.Prefixes.Add(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{Port}/"));
        _listener.Start();
        _serving = Task.Run(ServeAsync);
    }

    public int Port { get; }

    public Uri Url => new(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{Port}/api/v1/write"));

    public Receiving Received { get; } = new();

    public ConcurrentQueue<TestRequest> Requests { get; } = new();

    public void Dispose()
    {
        _listener.Abort();
        _serving.Wait();
        Received.Dispose();
    }

    private async Task ServeAsync()
    {
        while (_listener.IsListening)
        {
            try
            {
                var context = await _listener.GetContextAsync();
                _ = Task.Run(() => AnswerAsync(context));
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                return; // The test is over.
            }
        }
    }

    private async Task AnswerAsync(HttpListenerContext context)
    {
        try
        {
            using var body = new MemoryStream();
            await context.Request.InputStream.CopyToAsync(body);
            var request = new TestRequest(Requests.Count, context.Request.Headers["Content-Type"] ?? "", context.Request.Headers, body.ToArray());
            Requests.Enqueue(request);
            var answer = _answer(request);
            if (answer.Status is >= 200 and < 300)
            {
                lock (Received)
                {
                    var result = Received.Receiver.Write(request.Body, request.IsTwo ? RemoteWriteVersion.Two : RemoteWriteVersion.One);
                    if (request.IsTwo && answer.SaysWhatIsWritten)
                    {
                        context.Response.Headers["X-Prometheus-Remote-Write-Samples-Written"] = $"{result.Samples}";
                        context.Response.Headers["X-Prometheus-Remote-Write-Histograms-Written"] = $"{result.Histograms}";
                        context.Response.Headers["X-Prometheus-Remote-Write-Exemplars-Written"] = $"{result.Exemplars}";
                    }
                }
            }
            if (answer.RetryAfter.Length > 0)
            {
                context.Response.Headers["Retry-After"] = answer.RetryAfter;
            }
            context.Response.StatusCode = answer.Status;
            await context.Response.OutputStream.WriteAsync(System.Text.Encoding.UTF8.GetBytes(answer.Status is 204 ? "" : answer.Text));
            context.Response.Close();
        }
        catch (Exception e) when (e is HttpListenerException or ObjectDisposedException or IOException or InvalidOperationException)
        {
            return; // The sender went away, or the test is over.
        }
    }
}

/// <summary>A request as it came, the first one with number 0.</summary>
internal sealed record TestRequest(int Number, string ContentType, System.Collections.Specialized.NameValueCollection Headers, byte[] Body)
{
    public bool IsTwo => ContentType.Contains("write.v2.Request", StringComparison.Ordinal);
}

/// <summary>What is answered.</summary>
internal sealed record TestAnswer(int Status, string Text = "", string RetryAfter = "")
{
    public bool SaysWhatIsWritten { get; init; } = true;
}
