using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging;
using Touchline.Configuration;
using Touchline.Fetching;
using Touchline.Model;

namespace Touchline.Scraping.Discovery;

/// <summary>http_sd_configs: an endpoint that answers with groups of targets in JSON. Source: Prometheus, "HTTP SD" of its documentation.</summary>
internal sealed class HttpDiscovery(HttpDiscoveryConfig config, ILogger logger, TimeProvider time) : IRemoteDiscovery
{
    private const string UrlLabel = LabelNames.MetaPrefix + "url";

    private readonly DiscoveryClient _client = new(config.Http, time);
    private readonly Uri _url = new(config.Url);
    private byte[] _answer = [];

    public TimeSpan Interval => TimeSpan.FromMilliseconds(config.RefreshIntervalMs);

    public IReadOnlyList<StaticConfig> Groups { get; private set; } = [];

    public DiscoveryHealth Health { get; } = new("http_sd_configs", DiscoveryClient.Shown(new Uri(config.Url)), logger, time);

    public async Task<bool> RefreshAsync(CancellationToken cancellationToken)
    {
        try
        {
            // No longer than until the next time, so that a server that hangs is asked again.
            using var timeout = new CancellationTokenSource(Interval, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
            var answer = await FetchAsync(either.Token).ConfigureAwait(false);
            var isNew = !answer.AsSpan().SequenceEqual(_answer);
            if (isNew)
            {
                Groups = Parse(answer);
                _answer = answer;
            }
            Health.Succeeded();
            return isNew;
        }
        catch (FetchException e)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Health.Failed(e.Message);
            return false;
        }
    }

    public void Dispose() => _client.Dispose();

    private async Task<byte[]> FetchAsync(CancellationToken cancellationToken)
    {
        using var response = await _client.SendAsync(_url, AddHeaders, cancellationToken).ConfigureAwait(false);
        var type = response.Content.Headers.ContentType?.MediaType ?? "";
        if (!type.Equals("application/json", StringComparison.OrdinalIgnoreCase))
        {
            throw new FetchException($"unsupported content type \"{type}\", expected application/json");
        }
        return await DiscoveryClient.ReadAsync(response, _url, cancellationToken).ConfigureAwait(false);
    }

    private void AddHeaders(HttpRequestMessage request)
    {
        request.Headers.TryAddWithoutValidation("Accept", "application/json");
        request.Headers.TryAddWithoutValidation("X-Prometheus-Refresh-Interval-Seconds", Interval.TotalSeconds.ToString(CultureInfo.InvariantCulture));
    }

    private List<StaticConfig> Parse(byte[] answer)
    {
        var result = TargetGroupFile.Parse(Encoding.UTF8.GetString(answer), "answer.json");
        if (result.Groups is null)
        {
            var first = result.Diagnostics.FirstOrDefault(finding => finding.Severity == ConfigSeverity.Error);
            throw new FetchException($"the answer is no list of targets: {first?.Line}:{first?.Column}: {first?.Message}");
        }
        return [.. result.Groups.Select(group => group with { Labels = new LabelsBuilder(group.Labels).Set(UrlLabel, config.Url).ToLabels() })];
    }
}
