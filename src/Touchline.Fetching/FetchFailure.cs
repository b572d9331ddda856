using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;

namespace Touchline.Fetching;

/// <summary>Words network errors as Prometheus (Go's net/http) does, because that is what people search for.</summary>
public static class FetchFailure
{
    public const string Timeout = "context deadline exceeded";

    public static FetchException OfRequest(string url, Exception e, Uri address) => new($"Get \"{url}\": {Describe(e, address)}", e);

    public static FetchException OfPost(string url, Exception e, Uri address) => new($"Post \"{url}\": {Describe(e, address)}", e);

    public static FetchException OfToken(string url, Exception e, Uri address) => new($"oauth2: cannot fetch token: Post \"{url}\": {Describe(e, address)}", e);

    public static FetchException OfBody(Exception e, Uri address) =>
        new(e is HttpIOException { HttpRequestError: HttpRequestError.ResponseEnded } ? "unexpected EOF" : Describe(e, address), e);

    /// <summary>Why a connection could not be made.</summary>
    internal static string OfConnection(SocketException e, Uri address) => DescribeSocket(e, address, connecting: true);

    /// <summary>What the system calls the error.</summary>
    internal static string Name(SocketException e) => e.SocketErrorCode switch
    {
        SocketError.ConnectionRefused => "connection refused",
        SocketError.ConnectionReset => "connection reset by peer",
        SocketError.HostUnreachable => "no route to host",
        SocketError.NetworkUnreachable => "network is unreachable",
        SocketError.TimedOut => "connection timed out",
        SocketError.HostNotFound or SocketError.NoData => "no such host",
        SocketError.TryAgain => "server misbehaving",
        _ => e.Message,
    };

    /// <summary>What the standard calls a status, <c>Bad Request</c>.</summary>
    internal static string NameOf(HttpStatusCode status)
    {
        using var response = new HttpResponseMessage(status);
        return response.ReasonPhrase ?? status.ToString();
    }

    private static string Describe(Exception e, Uri address)
    {
        for (Exception? cause = e; cause is not null; cause = cause.InnerException)
        {
            switch (cause)
            {
                case OperationCanceledException:
                    return Timeout;
                case FetchException proxy:
                    return proxy.Message;
                case SocketException socket:
                    return DescribeSocket(socket, address, connecting: e is HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError });
                case AuthenticationException tls:
                    return $"tls: failed to verify certificate: {(tls.InnerException ?? tls).Message}";
            }
        }
        return e switch
        {
            HttpRequestException { HttpRequestError: HttpRequestError.ResponseEnded } => "EOF",
            // As Go words a tunnel that is refused: the status without its number.
            HttpRequestException { HttpRequestError: HttpRequestError.ProxyTunnelError, StatusCode: { } status } => NameOf(status),
            HttpRequestException { HttpRequestError: HttpRequestError.InvalidResponse } => "net/http: malformed HTTP response",
            HttpRequestException { HttpRequestError: HttpRequestError.ConfigurationLimitExceeded } => "net/http: response headers are too large",
            InvalidDataException => $"gzip: invalid data: {e.Message}",
            _ => e.Message,
        };
    }

    private static string DescribeSocket(SocketException e, Uri address, bool connecting)
    {
        var what = Name(e);
        return e.SocketErrorCode switch
        {
            SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain => $"dial tcp: lookup {address.Host}: {what}",
            _ when connecting => $"dial tcp {address.Host}:{address.Port}: connect: {what}",
            _ => $"read tcp {address.Host}:{address.Port}: {what}",
        };
    }
}
