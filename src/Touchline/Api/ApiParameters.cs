using System.Globalization;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;
using Touchline.Model;

namespace Touchline.Api;

/// <summary>The parameters of a request: the URL's and, for POST, the form's, which come first. Times and durations as Prometheus reads them.</summary>
internal sealed class ApiParameters
{
    /// <summary>The Unix times that Prometheus's clients send for "no start" and "no end".</summary>
    private const string MinTimeText = "-292273086-05-16T16:47:06Z";
    private const string MaxTimeText = "292277025-08-18T07:12:54.999999999Z";

    /// <summary>About ±285,000 years: far beyond any sample, and far from overflow in arithmetic on ms.</summary>
    public const long MinTimeMs = -9_000_000_000_000_000;
    public const long MaxTimeMs = 9_000_000_000_000_000;

    private readonly IQueryCollection _query;
    private readonly IFormCollection? _form;

    private ApiParameters(IQueryCollection query, IFormCollection? form) => (_query, _form) = (query, form);

    /// <exception cref="ApiException">The URL is not UTF-8, or the form cannot be read or is too large.</exception>
    public static async ValueTask<ApiParameters> ReadAsync(HttpContext context)
    {
        var request = context.Request;
        if (!EncodedUrl.IsUtf8(context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget))
        {
            throw new ApiException(ApiErrorType.BadData, "the URL encodes bytes that are not UTF-8");
        }
        if (!HttpMethods.IsPost(request.Method) || !request.HasFormContentType)
        {
            return new ApiParameters(request.Query, null);
        }
        try
        {
            return new ApiParameters(request.Query, await request.ReadFormAsync(context.RequestAborted));
        }
        catch (InvalidDataException e)
        {
            throw new ApiException(ApiErrorType.BadData, $"error parsing form values: {e.Message}");
        }
    }

    /// <summary>The first value, or the empty string.</summary>
    public string this[string name] => All(name) is [var first, ..] ? first ?? "" : "";

    public StringValues All(string name)
    {
        var values = _query[name];
        return _form is not null && _form.TryGetValue(name, out var posted) ? StringValues.Concat(posted, values) : values;
    }

    /// <summary>A time in ms; the default where the parameter is absent.</summary>
    public long Time(string name, long absent)
    {
        var text = this[name];
        if (text.Length == 0)
        {
            return absent;
        }
        return TryParseTime(text, out var time)
            ? time
            : throw ApiException.BadParameter(name, $"invalid time value for '{name}': cannot parse {QuotedString.Of(text)} to a valid timestamp");
    }

    /// <summary>A time in ms that must be there.</summary>
    public long RequiredTime(string name)
    {
        var text = this[name];
        return TryParseTime(text, out var time) ? time : throw ApiException.BadParameter(name, $"cannot parse {QuotedString.Of(text)} to a valid timestamp");
    }

    /// <summary>A duration in seconds, or a Prometheus duration; null where it is absent.</summary>
    public double? Seconds(string name)
    {
        var text = this[name];
        return text.Length == 0 ? null : ParseSeconds(text, message => ApiException.BadParameter(name, message));
    }

    public double RequiredSeconds(string name) => ParseSeconds(this[name], message => ApiException.BadParameter(name, message));

    /// <summary>A count of results, 0 for no limit.</summary>
    public int Limit()
    {
        var text = this["limit"];
        if (text.Length == 0)
        {
            return 0;
        }
        if (!int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var limit))
        {
            throw ApiException.BadParameter("limit", $"{QuotedString.Of(text)} is not a whole number");
        }
        return limit >= 0 ? limit : throw ApiException.BadParameter("limit", "limit must be non-negative");
    }

    /// <summary>The <c>limit</c> of the status endpoints: how many of the heaviest to name.</summary>
    public int TopCount(int absent)
    {
        if (this["limit"] is not { Length: > 0 } text)
        {
            return absent;
        }
        return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var count) && count > 0
            ? (int)Math.Min(count, int.MaxValue)
            : throw new ApiException(ApiErrorType.BadData, "limit must be a positive number");
    }

    /// <summary>Seconds since the Unix epoch with a fraction, or RFC 3339; rounded to ms as Prometheus rounds.</summary>
    public static bool TryParseTime(string text, out long milliseconds)
    {
        milliseconds = 0;
        if (double.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out var seconds))
        {
            if (!(Math.Abs(seconds) <= MaxTimeMs / 1000))
            {
                return false;
            }
            var whole = Math.Truncate(seconds);
            milliseconds = (long)whole * 1000 + (long)Math.Round((seconds - whole) * 1000, MidpointRounding.AwayFromZero);
            return true;
        }
        switch (text)
        {
            case MinTimeText:
                milliseconds = MinTimeMs;
                return true;
            case MaxTimeText:
                milliseconds = MaxTimeMs;
                return true;
        }
        if (!HasRfc3339Shape(text) || !DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time))
        {
            return false;
        }
        milliseconds = time.ToUnixTimeMilliseconds();
        return true;
    }

    private static double ParseSeconds(string text, Func<string, ApiException> error)
    {
        if (double.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out var seconds))
        {
            // Prometheus keeps durations as int64 nanoseconds.
            return Math.Abs(seconds) < long.MaxValue / 1e9
                ? seconds
                : throw error($"cannot parse {QuotedString.Of(text)} to a valid duration. It overflows int64");
        }
        return PrometheusDuration.TryParse(text, out var milliseconds)
            ? milliseconds / 1000.0
            : throw error($"cannot parse {QuotedString.Of(text)} to a valid duration");
    }

    /// <summary>A duration parameter whose error Prometheus words without the parameter's name.</summary>
    public double? LookbackSeconds()
    {
        var text = this["lookback_delta"];
        return text.Length == 0
            ? null
            : ParseSeconds(text, message => new ApiException(ApiErrorType.BadData, $"error parsing lookback delta duration: {message}"));
    }

    /// <summary>2026-01-31T23:59:59[.fraction](Z|±hh:mm): the platform's parser takes much more than that.</summary>
    private static bool HasRfc3339Shape(string text)
    {
        if (text.Length < 20 || text[4] != '-' || text[7] != '-' || text[10] != 'T' || text[13] != ':' || text[16] != ':')
        {
            return false;
        }
        if (text[^1] == 'Z')
        {
            return true;
        }
        return text.Length >= 25 && text[^6] is '+' or '-' && text[^3] == ':';
    }
}
