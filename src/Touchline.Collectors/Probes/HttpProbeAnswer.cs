using System.Buffers;
using System.IO.Compression;
using System.Net;
using System.Text;
using Touchline.Configuration.Probes;
using Touchline.Configuration.Probes.Expressions;
using Touchline.Fetching;

namespace Touchline.Collectors.Probes;

/// <summary>What a probe makes of the last answer.</summary>
internal sealed class HttpProbeAnswer(ProbeRun run, HttpProbeResult result, HttpProbeConnection connection, BodyBudget budget)
{
    /// <summary>Most of a body that is kept for expressions to match.</summary>
    private const long LargestMatchedBody = 16 * 1024 * 1024;

    private const int ChunkBytes = 32 * 1024;

    private static readonly byte[] GzipMagic = [0x1f, 0x8b];

    private readonly HttpProbeConfig _config = run.Module.Http;

    /// <param name="response">The answer, its body not read.</param>
    /// <param name="isRefusedRedirect">Whether it leads elsewhere and is not followed: then its body is of no interest.</param>
    public async Task<bool> JudgeAsync(HttpResponseMessage response, bool isRefusedRedirect)
    {
        result.StatusCode.Value = (int)response.StatusCode;
        result.ContentLength.Value = response.Content.Headers.ContentLength ?? (response.StatusCode is HttpStatusCode.NoContent or HttpStatusCode.NotModified ? 0 : -1);
        result.Version.Value = response.Version.Major + response.Version.Minor / 10.0;
        var success = HasValidStatus(response);
        success = success && HeadersMatch(response);
        if (!isRefusedRedirect)
        {
            success = await ReadBodyAsync(response, success).ConfigureAwait(false) && success;
        }
        result.Transfer.Value += run.Time.GetElapsedTime(connection.AnsweredAt).TotalSeconds;
        if (response.Content.Headers.LastModified is { } modified)
        {
            run.Metrics.Gauge("probe_http_last_modified_timestamp_seconds", "Returns the Last-Modified HTTP response header in unixtime").Value = modified.ToUnixTimeSeconds();
        }
        success = HasValidVersion(response) && success;
        return IsEncryptedAsWanted() && success;
    }

    private bool HasValidStatus(HttpResponseMessage response)
    {
        var status = (int)response.StatusCode;
        run.Log.Info("Received HTTP response", ("status_code", status));
        if (_config.ValidStatusCodes.Count == 0 ? status is >= 200 and < 300 : _config.ValidStatusCodes.Contains(status))
        {
            return true;
        }
        return run.Fail($"status code {status}", "Invalid HTTP response status code", ("status_code", status),
            ("valid_status_codes", _config.ValidStatusCodes.Count == 0 ? "2xx" : string.Join(' ', _config.ValidStatusCodes)));
    }

    private bool HasValidVersion(HttpResponseMessage response)
    {
        var version = $"HTTP/{response.Version.Major}.{response.Version.Minor}";
        return _config.ValidHttpVersions.Count == 0 || _config.ValidHttpVersions.Contains(version)
            || run.Fail($"HTTP version {response.Version}", "Invalid HTTP version number", ("version", version));
    }

    private bool IsEncryptedAsWanted()
    {
        if (connection.Tls is { Earliest: var earliest } tls && earliest != default)
        {
            result.IsSsl.Value = 1;
            tls.Write(run.Metrics, withCipher: true);
            return tls.IsGoodFor(_config.MinCertificateSeconds, run)
                && (!_config.FailIfSsl || run.Fail(ProbeReason.UnexpectedAnswer, "Final request was over SSL"));
        }
        return !_config.FailIfNotSsl || run.Fail("not encrypted", "Final request was not over SSL");
    }

    private bool HeadersMatch(HttpResponseMessage response)
    {
        if (_config.FailIfHeaderMatches.Count == 0 && _config.FailIfHeaderNotMatches.Count == 0)
        {
            return true;
        }
        var good = _config.FailIfHeaderMatches.All(rule => Passes(response, rule, mustMatch: false))
            && _config.FailIfHeaderNotMatches.All(rule => Passes(response, rule, mustMatch: true));
        result.FailedDueToRegex.Value = good ? 0 : 1;
        return good;
    }

    private bool Passes(HttpResponseMessage response, HeaderRule rule, bool mustMatch)
    {
        var values = response.Headers.NonValidated.TryGetValues(rule.Header, out var found) || response.Content.Headers.NonValidated.TryGetValues(rule.Header, out found)
            ? found.ToArray() : [];
        if (values.Length == 0)
        {
            return rule.AllowMissing || run.Fail($"header {rule.Header} missing", "Missing required header", ("header", rule.Header));
        }
        return values.Any(rule.Regexp.IsMatch) == mustMatch
            || run.Fail($"unexpected header {rule.Header}", mustMatch ? "Header did not match regular expression" : "Header matched regular expression", ("header", rule.Header), ("regexp", rule.Regexp));
    }

    /// <summary>Reads it to its end, whatever is known of it already, as its length and time are figures too.</summary>
    private async Task<bool> ReadBodyAsync(HttpResponseMessage response, bool matches)
    {
        var hasRules = _config.FailIfBodyMatches.Count > 0 || _config.FailIfBodyNotMatches.Count > 0;
        var wantsJson = matches && _config.HasJsonRules;
        matches = matches && (hasRules || _config.HasJsonRules);
        using var kept = new BodyBuffer(budget);
        try
        {
            using var body = await response.Content.ReadAsStreamAsync(run.Deadline).ConfigureAwait(false);
            if (_config.Compression == "gzip" && !await StartsAsGzipAsync(body).ConfigureAwait(false))
            {
                return run.Fail("body cannot be decompressed", "Failed to get decompressor for HTTP response body", ("err", "gzip: invalid header"));
            }
            using var plain = Decompressed(body);
            using var counted = new CountedBody(plain, _config.BodySizeLimit, result.BodyLength);
            if (matches)
            {
                await kept.FillAsync(counted, LargestMatchedBody, 0, run.Deadline).ConfigureAwait(false);
            }
            else
            {
                await DiscardAsync(counted).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is HttpRequestException or IOException or InvalidDataException or OperationCanceledException or FetchException)
        {
            var reason = e is FetchException ? "body too large" : ProbeReason.Of(e);
            run.Fail(reason, "Failed to read HTTP response body", ("err", e is FetchException ? e.Message : ProbeReason.Describe(e)));
            result.FailedDueToRegex.Value = matches && hasRules ? 1 : result.FailedDueToRegex.Value;
            if (wantsJson && !hasRules)
            {
                result.FailedDueToCel!.Value = 1;
            }
            return false;
        }
        return (!matches || !hasRules || BodyMatches(Encoding.UTF8.GetString(kept.Bytes)))
            && (!wantsJson || await JsonMatchesAsync(kept.Bytes.ToArray()).ConfigureAwait(false));
    }

    /// <summary>A rule that says nothing, because the body is no JSON or has not what it asks for, fails the probe, whichever of the two it is.</summary>
    private async Task<bool> JsonMatchesAsync(byte[] body)
    {
        var passes = await PassesAsync(_config.FailIfBodyJsonMatches, mustMatch: false).ConfigureAwait(false)
            && await PassesAsync(_config.FailIfBodyJsonNotMatches, mustMatch: true).ConfigureAwait(false);
        result.FailedDueToCel!.Value = passes ? 0 : 1;
        return passes;

        async Task<bool> PassesAsync(CelExpression? expression, bool mustMatch)
        {
            if (expression is null)
            {
                return true;
            }
            var said = await expression.EvaluateAsync(body, run.Deadline).ConfigureAwait(false);
            return said.Value is not { } isTrue
                ? run.Fail("body cannot be judged", "CEL evaluation failed", ("expression", expression), ("err", said.Error))
                : isTrue == mustMatch || run.Fail("unexpected body", mustMatch ? "Body did not match CEL expression" : "Body matched CEL expression", ("expression", expression));
        }
    }

    private async Task<bool> StartsAsGzipAsync(Stream body)
    {
        var head = new byte[GzipMagic.Length];
        var length = await body.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, run.Deadline).ConfigureAwait(false);
        return head.AsSpan(0, length).SequenceEqual(GzipMagic);
    }

    private Stream Decompressed(Stream body) => _config.Compression switch
    {
        "gzip" => new GZipStream(new PrefixedBody(GzipMagic, body), CompressionMode.Decompress),
        "br" => new BrotliStream(body, CompressionMode.Decompress),
        "deflate" => new DeflateStream(body, CompressionMode.Decompress),
        _ => body,
    };

    private async Task DiscardAsync(Stream body)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(ChunkBytes);
        try
        {
            while (await body.ReadAsync(buffer, run.Deadline).ConfigureAwait(false) > 0)
            {
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private bool BodyMatches(string body)
    {
        var unwanted = _config.FailIfBodyMatches.FirstOrDefault(regex => regex.IsMatch(body));
        var missing = unwanted is null ? _config.FailIfBodyNotMatches.FirstOrDefault(regex => !regex.IsMatch(body)) : null;
        result.FailedDueToRegex.Value = unwanted is null && missing is null ? 0 : 1;
        return unwanted is not null ? run.Fail("unexpected body", "Body matched regular expression", ("regexp", unwanted))
            : missing is null || run.Fail("unexpected body", "Body did not match regular expression", ("regexp", missing));
    }
}
