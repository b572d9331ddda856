using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Reflection;
using System.Text;
using Touchline.Configuration;
using Touchline.Fetching;

namespace Touchline.RemoteWrite.Sending;

/// <summary>Sends bodies to one remote over kept-alive connections. Thread-safe.</summary>
internal sealed class RemoteClient : IDisposable
{
    private const int MostRedirects = 10;

    /// <summary>Of an error's text, so that a whole page of HTML does not come into the log.</summary>
    private const int MaxErrorBytes = 1024;

    /// <summary>Whoever asks for more is asked again then: a slip of a receiver must not end sending for days.</summary>
    private static readonly TimeSpan LongestRetryAfter = TimeSpan.FromMinutes(5);

    private static readonly string UserAgent = "Touchline/" + (Assembly.GetExecutingAssembly().GetName().Version?.ToString(3) ?? "0.0.0");

    private readonly RemoteWriteConfig _config;
    private readonly TimeProvider _time;
    private readonly HttpConnections _connections;
    private readonly RequestCredentials _credentials;

    public RemoteClient(RemoteWriteConfig config, TimeProvider time)
    {
        (_config, _time) = (config, time);
        _connections = new HttpConnections(config.Http, spreadsOverAddresses: config.RoundRobinDns);
        _credentials = new RequestCredentials(config.Http, time);
        DisplayUrl = RemoteNames.UrlOf(config.Url);
    }

    /// <summary>The URL without the password that may stand in it.</summary>
    public string DisplayUrl { get; }

    /// <summary>Sends a body in Snappy's block format once.</summary>
    /// <param name="attempt">How often it was sent before.</param>
    /// <param name="cancellationToken">Gives up the request.</param>
    /// <exception cref="OperationCanceledException">It was given up; nobody knows whether it arrived.</exception>
    public async Task<SendResult> SendAsync(ReadOnlyMemory<byte> body, int attempt, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromMilliseconds(_config.RemoteTimeoutMs), _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            return await SendAsync(body, attempt, _config.Url, either.Token).ConfigureAwait(false);
        }
        catch (FetchException e)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return new SendResult(SendOutcome.Later, Error: e.Message);
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException or IOException or InvalidOperationException or ObjectDisposedException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return new SendResult(SendOutcome.Later, Error: FetchFailure.OfPost(DisplayUrl, e, _config.Url).Message);
        }
    }

    public void Dispose()
    {
        _connections.Dispose();
        _credentials.Dispose();
    }

    private async Task<SendResult> SendAsync(ReadOnlyMemory<byte> body, int attempt, Uri url, CancellationToken cancellationToken)
    {
        for (var redirects = 0; ; redirects++)
        {
            using var request = await RequestAsync(body, attempt, url, cancellationToken).ConfigureAwait(false);
            using var response = await _connections.Current().SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
            // The others mean that something else should be asked with GET, which is not what a message is sent with.
            if (_config.Http.FollowRedirects && (int)response.StatusCode is 307 or 308 && Redirects.Of(response, url) is { } next && redirects < MostRedirects)
            {
                url = next;
                continue;
            }
            return await ResultOfAsync(response, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<HttpRequestMessage> RequestAsync(ReadOnlyMemory<byte> body, int attempt, Uri url, CancellationToken cancellationToken)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, url)
        {
            Version = _config.Http.EnableHttp2 && url.Scheme == Uri.UriSchemeHttps ? HttpVersion.Version20 : HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
            Content = new ReadOnlyMemoryContent(body),
        };
        var isTwo = _config.Message == RemoteWriteMessageType.Two;
        request.Content.Headers.TryAddWithoutValidation("Content-Type", isTwo ? "application/x-protobuf;proto=io.prometheus.write.v2.Request" : "application/x-protobuf");
        request.Content.Headers.ContentEncoding.Add("snappy");
        request.Headers.TryAddWithoutValidation("User-Agent", UserAgent);
        request.Headers.TryAddWithoutValidation("X-Prometheus-Remote-Write-Version", isTwo ? "2.0.0" : "0.1.0");
        if (attempt > 0)
        {
            request.Headers.TryAddWithoutValidation("Retry-Attempt", attempt.ToString(CultureInfo.InvariantCulture));
        }
        // What is secret belongs to the remote: a redirect to another host does not get it.
        if (Redirects.IsSameHost(url, _config.Url))
        {
            foreach (var (name, value) in _config.Headers)
            {
                request.Headers.TryAddWithoutValidation(name, value.Value);
            }
            await _credentials.AddAsync(request, _config.Url.UserInfo, cancellationToken).ConfigureAwait(false);
        }
        return request;
    }

    private async Task<SendResult> ResultOfAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var status = (int)response.StatusCode;
        if (status is >= 200 and < 300)
        {
            return new SendResult(SendOutcome.Sent, status, Written: WrittenOf(response.Headers));
        }
        var text = await ErrorTextAsync(response, cancellationToken).ConfigureAwait(false);
        var error = $"server returned HTTP status {status} {response.ReasonPhrase}" + (text.Length > 0 ? ": " + text : "");
        return status >= 500 || (status == 429 && _config.Queue.RetryOnHttp429)
            ? new SendResult(SendOutcome.Later, status, error, RetryAfterOf(response.Headers.RetryAfter))
            : new SendResult(SendOutcome.Refused, status, error, Written: WrittenOf(response.Headers));
    }

    private TimeSpan? RetryAfterOf(RetryConditionHeaderValue? header)
    {
        var asked = header?.Delta ?? header?.Date - _time.GetUtcNow();
        return asked > LongestRetryAfter ? LongestRetryAfter : asked > TimeSpan.Zero ? asked : null;
    }

    /// <summary>Source: the specification of remote write 2.0, "Required Written Response Headers".</summary>
    private static WrittenCounts? WrittenOf(HttpResponseHeaders headers)
    {
        long?[] counts =
        [
            CountOf(headers, "X-Prometheus-Remote-Write-Samples-Written"), CountOf(headers, "X-Prometheus-Remote-Write-Histograms-Written"),
            CountOf(headers, "X-Prometheus-Remote-Write-Exemplars-Written"),
        ];
        return counts.Any(count => count is not null) ? new WrittenCounts(counts[0] ?? 0, counts[1] ?? 0, counts[2] ?? 0) : null;
    }

    private static long? CountOf(HttpResponseHeaders headers, string name) =>
        headers.TryGetValues(name, out var values) && long.TryParse(values.First(), NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count : null;

    /// <summary>The first line of the answer.</summary>
    private static async Task<string> ErrorTextAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var bytes = new byte[MaxErrorBytes];
        var length = 0;
        try
        {
            var stream = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
            await using (stream.ConfigureAwait(false))
            {
                while (length < bytes.Length && await stream.ReadAsync(bytes.AsMemory(length), cancellationToken).ConfigureAwait(false) is > 0 and var read)
                {
                    length += read;
                }
            }
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            // The status is said: else a message that is refused would come again for ever, because its reason breaks off.
            return "";
        }
        var line = Encoding.UTF8.GetString(bytes, 0, length).Split('\n', 2)[0].Trim();
        return string.Concat(line.Where(c => !char.IsControl(c)));
    }
}
