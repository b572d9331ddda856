using System.Globalization;
using System.Net;
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

    /// <summary>As much as Prometheus keeps of a list: far more targets than one process scrapes.</summary>
    private const int LongestAnswerBytes = 32 << 20;

    private const int MostRedirects = 10;

    private readonly HttpConnections _connections = new(config.Http);
    private readonly RequestCredentials _credentials = new(config.Http, time);
    private byte[] _answer = [];
    private string? _problem;

    public TimeSpan Interval => TimeSpan.FromMilliseconds(config.RefreshIntervalMs);

    public IReadOnlyList<StaticConfig> Groups { get; private set; } = [];

    public async Task<bool> RefreshAsync(CancellationToken cancellationToken)
    {
        try
        {
            // No longer than until the next time, so that a server that hangs is asked again.
            using var timeout = new CancellationTokenSource(Interval, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
            var answer = await FetchAsync(either.Token).ConfigureAwait(false);
            _problem = null;
            if (answer.AsSpan().SequenceEqual(_answer))
            {
                return false;
            }
            Groups = Parse(answer);
            _answer = answer;
            return true;
        }
        catch (FetchException e)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (e.Message != _problem)
            {
                _problem = e.Message;
                logger.LogWarning("Target list {Url}: {Problem}; the targets that it named last stay", config.Url, e.Message);
            }
            return false;
        }
    }

    public void Dispose()
    {
        _connections.Dispose();
        _credentials.Dispose();
    }

    private async Task<byte[]> FetchAsync(CancellationToken cancellationToken)
    {
        var url = new Uri(config.Url);
        try
        {
            for (var redirects = 0; ; redirects++)
            {
                using var response = await SendAsync(url, cancellationToken).ConfigureAwait(false);
                if (config.Http.FollowRedirects && redirects < MostRedirects && Redirects.Of(response, url) is { } next)
                {
                    url = next;
                    continue;
                }
                return await ReadAsync(response, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException or IOException or NotSupportedException)
        {
            throw FetchFailure.OfRequest(config.Url, e, url);
        }
    }

    private async Task<HttpResponseMessage> SendAsync(Uri url, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        request.Headers.TryAddWithoutValidation("Accept", "application/json");
        request.Headers.TryAddWithoutValidation("X-Prometheus-Refresh-Interval-Seconds", Interval.TotalSeconds.ToString(CultureInfo.InvariantCulture));
        var asked = new Uri(config.Url);
        if (Redirects.IsSameHost(url, asked))
        {
            await _credentials.AddAsync(request, asked.UserInfo, cancellationToken).ConfigureAwait(false);
        }
        return await _connections.Current().SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
    }

    private async Task<byte[]> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (response.StatusCode != HttpStatusCode.OK)
        {
            throw new FetchException($"server returned HTTP status {(int)response.StatusCode} {response.ReasonPhrase}");
        }
        var type = response.Content.Headers.ContentType?.MediaType ?? "";
        if (!type.Equals("application/json", StringComparison.OrdinalIgnoreCase))
        {
            throw new FetchException($"unsupported content type \"{type}\", expected application/json");
        }
        using var body = new BodyBuffer(new BodyBudget(4L * LongestAnswerBytes));
        var stream = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            await body.FillAsync(stream, LongestAnswerBytes, _answer.Length, cancellationToken).ConfigureAwait(false);
        }
        return body.Bytes.ToArray();
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
