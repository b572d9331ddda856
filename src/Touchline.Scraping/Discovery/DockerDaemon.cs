using System.Text.Json;
using Touchline.Configuration;
using Touchline.Fetching;

namespace Touchline.Scraping.Discovery;

/// <summary>A Docker daemon that is asked for lists. Source: Docker Engine API. Thread-safe.</summary>
internal sealed class DockerDaemon : IDisposable
{
    private readonly DiscoveryClient _client;
    private readonly Uri _server;

    /// <param name="host"><c>unix://</c>, <c>tcp://</c>, <c>http://</c> or <c>https://</c>.</param>
    public DockerDaemon(string host, HttpClientConfig http, TimeProvider time)
    {
        var address = new Uri(host);
        Shown = DiscoveryClient.Shown(address);
        _server = new Uri(address.Scheme switch
        {
            "unix" => "http://docker",
            "tcp" => $"http://{address.Authority}",
            _ => host.TrimEnd('/'),
        });
        // As in Prometheus, what says how to speak HTTP counts where the address says HTTP.
        var used = address.Scheme is "http" or "https" ? http : new HttpClientConfig();
        _client = new DiscoveryClient(used, time, address.Scheme == "unix" ? address.LocalPath : null);
    }

    /// <summary>Its address without a password.</summary>
    public string Shown { get; }

    /// <param name="path">What is listed, <c>containers/json</c>.</param>
    /// <param name="filters">Values by the name of a filter; empty lists all.</param>
    /// <exception cref="FetchException">There is no such answer, or it is no list.</exception>
    public async Task<JsonDocument> ListAsync(string path, IReadOnlyDictionary<string, IReadOnlyList<string>> filters, CancellationToken cancellationToken)
    {
        var query = filters.Count == 0 ? "" : "?filters=" + Uri.EscapeDataString(Json(filters));
        var url = new Uri($"{_server.OriginalString}/{path}{query}");
        var document = await _client.GetJsonAsync(url, _ => { }, cancellationToken).ConfigureAwait(false);
        if (document.RootElement.ValueKind == JsonValueKind.Array)
        {
            return document;
        }
        document.Dispose();
        throw new FetchException($"Get \"{DiscoveryClient.Shown(url)}\": the answer is no list, as a Docker daemon would give");
    }

    /// <inheritdoc cref="ListAsync(string, IReadOnlyDictionary{string, IReadOnlyList{string}}, CancellationToken)"/>
    public Task<JsonDocument> ListAsync(string path, CancellationToken cancellationToken) =>
        ListAsync(path, new Dictionary<string, IReadOnlyList<string>>(), cancellationToken);

    public void Dispose() => _client.Dispose();

    /// <summary>The labels of each network of a list, by its ID.</summary>
    public static Dictionary<string, MetaLabels> NetworkLabels(JsonElement networks, string prefix)
    {
        var labels = new Dictionary<string, MetaLabels>(StringComparer.Ordinal);
        foreach (var network in networks.EnumerateArray())
        {
            labels[network.Text("Id")] = new MetaLabels(prefix)
                .Set("network_id", network.Text("Id"))
                .Set("network_name", network.Text("Name"))
                .Set("network_scope", network.Text("Scope"))
                .Set("network_internal", network.At("Internal").ValueKind == JsonValueKind.True)
                .Set("network_ingress", network.At("Ingress").ValueKind == JsonValueKind.True)
                .SetEach("network_label_", network.At("Labels"));
        }
        return labels;
    }

    private static string Json(IReadOnlyDictionary<string, IReadOnlyList<string>> filters) => JsonSerializer.Serialize(
        filters.ToDictionary(filter => filter.Key, filter => filter.Value.Distinct().ToDictionary(value => value, _ => true)));
}
