using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using Touchline.Fetching;

namespace Touchline.Collectors.Probes;

/// <summary>
/// Why a probe failed: few words for many failures, without names or addresses, so that they can be a label and stand on a public page.
/// </summary>
internal static class ProbeReason
{
    public const string Timeout = "timeout";
    public const string NameNotFound = "name not found";
    public const string NoAddress = "no address of this IP version";
    public const string BadCertificate = "certificate not trusted";
    public const string ExpiredCertificate = "certificate expired";
    public const string ExpiresSoon = "certificate expires soon";
    public const string WrongHost = "certificate is for another name";
    public const string TlsFailed = "TLS handshake failed";
    public const string Configuration = "check cannot run as configured";
    public const string UnexpectedAnswer = "unexpected answer";

    public static string Of(Exception e)
    {
        for (Exception? cause = e; cause is not null; cause = cause.InnerException)
        {
            switch (cause)
            {
                case OperationCanceledException or TimeoutException:
                    return Timeout;
                case CertificateException certificate:
                    return certificate.Reason;
                case SocketException socket:
                    return OfSocket(socket.SocketErrorCode);
                case AuthenticationException:
                    return TlsFailed;
                case FetchException:
                    return Configuration;
                case InvalidDataException:
                    return "body cannot be decompressed";
            }
        }
        return e is HttpRequestException or HttpIOException or IOException ? "connection broken" : "other failure";
    }

    /// <summary>The innermost message that says something.</summary>
    public static string Describe(Exception e)
    {
        if (Of(e) == Timeout)
        {
            return FetchFailure.Timeout;
        }
        var text = e.Message;
        for (var cause = e.InnerException; cause is not null; cause = cause.InnerException)
        {
            if (cause is SocketException or AuthenticationException or FetchException or HttpIOException)
            {
                text = cause.Message;
            }
        }
        return text;
    }

    private static string OfSocket(SocketError error) => error switch
    {
        SocketError.ConnectionRefused => "connection refused",
        SocketError.ConnectionReset or SocketError.ConnectionAborted or SocketError.Shutdown => "connection reset",
        SocketError.HostUnreachable => "no route to host",
        SocketError.NetworkUnreachable => "network unreachable",
        SocketError.TimedOut => Timeout,
        SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain => NameNotFound,
        SocketError.AccessDenied => "not permitted",
        _ => "network error",
    };
}

/// <summary>A certificate that is not accepted.</summary>
internal sealed class CertificateException(string reason, string message) : AuthenticationException(message)
{
    public string Reason { get; } = reason;
}
