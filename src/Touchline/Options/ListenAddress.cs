using System.Globalization;
using System.Net;

namespace Touchline.Options;

/// <summary>Where to listen: <c>host:port</c>, <c>:port</c> for every interface, <c>[::1]:port</c>.</summary>
internal sealed record ListenAddress(string Host, int Port)
{
    /// <summary>Whether every interface is meant.</summary>
    public bool IsAny => Host is "" or "0.0.0.0" or "::";

    /// <summary>Whether only this machine reaches it.</summary>
    public bool IsLoopback => Host == "localhost" || (IPAddress.TryParse(Host, out var address) && IPAddress.IsLoopback(address));

    public static bool TryParse(string text, out ListenAddress address, out string problem)
    {
        address = new ListenAddress("", 0);
        var colon = text.LastIndexOf(':');
        if (colon < 0)
        {
            problem = "the port is missing, as in 127.0.0.1:9090 or :9090";
            return false;
        }
        var host = text[..colon];
        if (!int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port) || port > 65535)
        {
            problem = "the port must be a number between 0 and 65535";
            return false;
        }
        if (host.StartsWith('[') && host.EndsWith(']'))
        {
            host = host[1..^1];
            if (!IPAddress.TryParse(host, out _))
            {
                problem = $"{host} is not an IPv6 address";
                return false;
            }
        }
        else if (host.Contains(':'))
        {
            problem = "an IPv6 address stands in brackets, as in [::1]:9090";
            return false;
        }
        else if (host.Length > 0 && Uri.CheckHostName(host) == UriHostNameType.Unknown)
        {
            problem = $"{host} is neither an IP address nor a host name";
            return false;
        }
        address = new ListenAddress(host, port);
        problem = "";
        return true;
    }

    /// <summary>The address as a person on this machine opens it in a browser.</summary>
    public string ToUrl(string scheme, int port, string path)
    {
        var host = IsAny || Host is "127.0.0.1" or "localhost" ? "localhost" : Host.Contains(':') ? $"[{Host}]" : Host;
        return string.Create(CultureInfo.InvariantCulture, $"{scheme}://{host}:{port}{path}");
    }

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{(Host.Contains(':') ? $"[{Host}]" : Host)}:{Port}");
}
