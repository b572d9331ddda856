using Touchline.Configuration.Syntax;
using Touchline.Model;

namespace Touchline.Configuration.Sections;

/// <summary><c>http_headers</c>.</summary>
internal static class HeaderSection
{
    /// <summary>Headers that a request has for reasons of its own. Source: prometheus/common, config/headers.go.</summary>
    private static readonly HashSet<string> Reserved = new(StringComparer.OrdinalIgnoreCase)
    {
        "Authorization", "Host", "Content-Encoding", "Content-Length", "Content-Type", "User-Agent", "Connection", "Keep-Alive",
        "Proxy-Authenticate", "Proxy-Authorization", "Www-Authenticate", "Accept-Encoding", "X-Prometheus-Remote-Write-Version",
        "X-Prometheus-Remote-Read-Version", "X-Prometheus-Scrape-Timeout-Seconds", "X-Amz-Date", "X-Amz-Security-Token",
        "X-Amz-Content-Sha256",
    };

    public static IReadOnlyDictionary<string, HttpHeaderConfig> Read(ReadingContext context, MappingReader parent)
    {
        var headers = new Dictionary<string, HttpHeaderConfig>(StringComparer.Ordinal);
        foreach (var (name, value) in parent.FreeEntries("http_headers"))
        {
            if (Reserved.TryGetValue(name.Value, out var reserved))
            {
                context.Findings.Error(name, $"setting header {QuotedString.Of(reserved)} is not allowed");
            }
            else if (value is MappingNode mapping)
            {
                headers[name.Value] = ReadHeader(context, mapping);
            }
            else if (!value.IsNull)
            {
                context.Findings.Error(value, $"cannot unmarshal {value.Tag} into config.Header: header {name.Value} has values, secrets or files");
            }
        }
        return headers;
    }

    private static HttpHeaderConfig ReadHeader(ReadingContext context, MappingNode node)
    {
        var section = context.Section(node, PrometheusKeys.HttpHeader);
        var files = new List<string>();
        foreach (var item in section.Items("files", "[]string").OfType<ScalarNode>().Where(item => item.Value.Length > 0))
        {
            files.Add(context.Resolve(item.Value)!);
            context.Remember(FileReferenceKind.Credentials, files[^1], item.At);
        }
        return new HttpHeaderConfig(section.Texts("values"), [.. section.Texts("secrets", "[]config.Secret").Select(text => new Secret(text))], files);
    }
}
