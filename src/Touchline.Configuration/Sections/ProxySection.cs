using Touchline.Configuration.Syntax;

namespace Touchline.Configuration.Sections;

/// <summary>The keys on proxies, which stand among others.</summary>
internal static class ProxySection
{
    /// <summary>The same with the section's proxy.</summary>
    public static HttpClientConfig WithProxy(this HttpClientConfig config, Findings findings, MappingReader section)
    {
        var url = section.Text("proxy_url") is { Length: > 0 } text ? text : null;
        var noProxy = section.Text("no_proxy") is { Length: > 0 } hosts ? hosts : null;
        var fromEnvironment = section.Boolean("proxy_from_environment", absent: false);
        if (url is not null && !Uri.TryCreate(url, UriKind.Absolute, out _))
        {
            findings.Error(section["proxy_url"]!, "proxy_url is not a URL; write it as http://host:port");
            url = null;
        }
        if (fromEnvironment && url is not null)
        {
            findings.Error(section.Key("proxy_url")!, "if proxy_from_environment is configured, proxy_url must not be configured");
        }
        if (fromEnvironment && noProxy is not null)
        {
            findings.Error(section.Key("no_proxy")!, "if proxy_from_environment is configured, no_proxy must not be configured");
        }
        else if (noProxy is not null && section.Text("proxy_url") is null or "")
        {
            findings.Error(section.Key("no_proxy")!, "if no_proxy is configured, proxy_url must also be configured");
        }
        var headers = ReadHeaders(findings, section);
        if (headers.Count > 0 && !fromEnvironment && section.Text("proxy_url") is null or "")
        {
            findings.Error(section.Key("proxy_connect_header")!,
                "if proxy_connect_header is configured, proxy_url or proxy_from_environment must also be configured");
        }
        return config with { ProxyUrl = url, NoProxy = noProxy, ProxyFromEnvironment = fromEnvironment, ProxyConnectHeader = headers };
    }

    private static Dictionary<string, IReadOnlyList<Secret>> ReadHeaders(Findings findings, MappingReader section)
    {
        var headers = new Dictionary<string, IReadOnlyList<Secret>>(StringComparer.Ordinal);
        foreach (var (name, value) in section.FreeEntries("proxy_connect_header"))
        {
            if (value is SequenceNode list)
            {
                headers[name.Value] = [.. list.Items.OfType<ScalarNode>().Select(item => new Secret(item.Value))];
            }
            else if (!value.IsNull)
            {
                findings.Error(value, $"cannot unmarshal {value.Tag} into []config.Secret: the values of header {name.Value} are a list");
            }
        }
        return headers;
    }
}
