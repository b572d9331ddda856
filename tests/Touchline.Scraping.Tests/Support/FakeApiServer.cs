using System.Net.Security;

namespace Touchline.Scraping.Tests.Support;

/// <summary>An API server that has one pod, for those that it lets in; each of its watches ends at once, so that the list is asked for again.</summary>
internal sealed class FakeApiServer : IAsyncDisposable
{
    private const string Pods =
        """{"metadata":{"resourceVersion":"1"},"items":[{"metadata":{"name":"p","namespace":"n"},"spec":{"containers":[{"name":"c"}]},"status":{"podIP":"1.2.3.4"}}]}""";

    private readonly HashSet<string> _seen = [];

    public FakeApiServer(SslServerAuthenticationOptions? tls = null)
    {
        Server = new FakeTarget(tls) { Answer = AnswerAsync };
    }

    public FakeTarget Server { get; }

    /// <summary>The token that it wants; empty lets everybody in.</summary>
    public string Token { get; set; } = "";

    /// <summary>Whether somebody came with a token.</summary>
    public bool Saw(string token)
    {
        lock (_seen)
        {
            return _seen.Contains(token);
        }
    }

    public ValueTask DisposeAsync() => Server.DisposeAsync();

    private Task<bool> AnswerAsync(string head, Stream stream, CancellationToken cancellationToken)
    {
        var token = head.Split("\r\nAuthorization: Bearer ") is [_, var rest] ? rest.Split('\r')[0] : "";
        lock (_seen)
        {
            _seen.Add(token);
        }
        if (Token.Length > 0 && token != Token)
        {
            return FakeTarget.WriteAsync(stream, FakeTarget.Response([], "text/plain", "", "401 Unauthorized"), cancellationToken);
        }
        var answer = head.Contains("watch=true", StringComparison.Ordinal) ? """{"type":"ERROR","object":{"code":410}}""" + "\n" : Pods;
        return FakeTarget.WriteAsync(stream, FakeTarget.Response(answer), cancellationToken);
    }
}
