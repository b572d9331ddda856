using System.Diagnostics.CodeAnalysis;
using Touchline.Configuration.Probes;
using Touchline.Configuration.Syntax;
using Touchline.Model;

namespace Touchline.Configuration.Sections;

/// <summary>The URL of a check: its scheme says which prober looks, the rest at what.</summary>
internal static class CheckUrl
{
    private static readonly string[] Schemes = ["http", "https", "tcp", "tls", "dns", "icmp", "grpc", "grpcs"];

    /// <summary>Whoever runs a service wants to know whether users reach it, and most do so over IPv4.</summary>
    private static readonly ProbeAddressConfig Address = new() { PrefersIp4 = true };

    public static bool TryRead(string text, out string target, [NotNullWhen(true)] out ProbeModuleConfig? module, out string problem)
    {
        (target, module, problem) = ("", null, "");
        var end = text.IndexOf("://", StringComparison.Ordinal);
        if (end < 0)
        {
            problem = $"{QuotedString.Of(text)} has no scheme; write it as https://{text}, tcp://{text} or icmp://{text}";
            return false;
        }
        var scheme = text[..end];
        if (!Schemes.Contains(scheme))
        {
            var hint = Spelling.Closest(scheme, Schemes) is { } close ? $"; did you mean {close}://?" : $"; there is {string.Join(", ", Schemes)}";
            problem = $"a check cannot look at {scheme}://{hint}";
            return false;
        }
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Host.Length == 0)
        {
            problem = $"{QuotedString.Of(WithoutPassword(text))} is not a URL; write it as {scheme}://host{(scheme is "tcp" or "tls" or "grpc" ? ":port" : "")}";
            return false;
        }
        (target, module, problem) = scheme switch
        {
            "http" or "https" => (text, new ProbeModuleConfig { Prober = ProberKind.Http, Http = new HttpProbeConfig { Address = Address } }, ""),
            "tcp" or "tls" => (url.Authority, new ProbeModuleConfig { Prober = ProberKind.Tcp, Tcp = new TcpProbeConfig { Address = Address, Tls = scheme == "tls" } }, NeedsPort(url)),
            "icmp" => (url.IdnHost, new ProbeModuleConfig { Prober = ProberKind.Icmp, Icmp = new IcmpProbeConfig { Address = Address } }, ""),
            "dns" => OfDns(url),
            _ => (url.Authority, new ProbeModuleConfig { Prober = ProberKind.Grpc, Grpc = OfGrpc(url) }, NeedsPort(url)),
        };
        return problem.Length == 0;
    }

    /// <summary>The URL as it may be shown.</summary>
    public static string WithoutPassword(string text)
    {
        var start = text.IndexOf("://", StringComparison.Ordinal) + 3;
        var at = start < 3 ? -1 : text.IndexOf('@', start);
        var slash = start < 3 ? -1 : text.IndexOfAny(['/', '?', '#'], start);
        return at < 0 || (slash >= 0 && slash < at) ? text : string.Concat(text.AsSpan(0, start), text.AsSpan(at + 1));
    }

    private static string NeedsPort(Uri url) => url.Port > 0 ? "" : $"the port is missing, as in {url.Scheme}://{url.Host}:1234";

    private static GrpcProbeConfig OfGrpc(Uri url) =>
        new() { Address = Address, Service = Uri.UnescapeDataString(url.AbsolutePath.Trim('/')), Tls = url.Scheme == "grpcs" };

    private static (string Target, ProbeModuleConfig Module, string Problem) OfDns(Uri url)
    {
        var name = Uri.UnescapeDataString(url.AbsolutePath.Trim('/'));
        var type = "A";
        var problem = name.Length > 0 ? "" : $"the name to ask for is missing, as in dns://{url.Authority}/example.org?type=A";
        foreach (var pair in url.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = pair.Split('=', 2);
            if (parts is not ["type", var wanted])
            {
                problem = $"a dns:// URL has no parameter {QuotedString.Of(parts[0])}, only type";
            }
            else if (!DnsNames.Types.ContainsKey(type = wanted.ToUpperInvariant()))
            {
                problem = $"there is no record type {QuotedString.Of(wanted)}";
            }
        }
        var dns = new DnsProbeConfig { Address = Address, QueryName = name, QueryType = type };
        return (url.Authority, new ProbeModuleConfig { Prober = ProberKind.Dns, Dns = dns }, problem);
    }
}
