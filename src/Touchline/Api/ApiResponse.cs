using System.Text.Encodings.Web;
using System.Text.Json;

namespace Touchline.Api;

/// <summary>
/// The envelope of an answer: <c>{"status":"success","data":…}</c>. The handler writes the data between <see cref="Begin"/> and <see cref="FinishAsync"/>, and calls
/// <see cref="FlushAsync"/> between large parts. What is not large is sent as one piece that says how long it is, without chunks.
/// </summary>
internal sealed class ApiResponse : IDisposable
{
    /// <summary>Large enough that a typical answer goes out in one piece, small enough that many at once cost little.</summary>
    private const int FlushAt = 64 * 1024;

    public static readonly JsonWriterOptions Options = new()
    {
        // Prometheus leaves <, > and & as they are; the content type keeps browsers from taking an answer for a page.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
        // The tree of a query is as deep as the query, two levels for each of its own.
        MaxDepth = 100_000,
    };

    private readonly HttpContext _context;
    private readonly PooledText _text = new();

    private ApiResponse(HttpContext context)
    {
        _context = context;
        Json = new Utf8JsonWriter(_text, Options);
    }

    public Utf8JsonWriter Json { get; }

    /// <summary>For JSON that is made without <see cref="Json"/>, which has to be flushed before.</summary>
    public PooledText Text => _text;

    public static ApiResponse Begin(HttpContext context)
    {
        context.Response.ContentType = "application/json";
        var response = new ApiResponse(context);
        response.Json.WriteStartObject();
        response.Json.WriteString("status"u8, "success"u8);
        response.Json.WritePropertyName("data"u8);
        return response;
    }

    /// <summary>Hands over what was written so far where it is much.</summary>
    public async ValueTask FlushAsync()
    {
        if (Json.BytesPending + _text.Written.Length > FlushAt)
        {
            await SendAsync();
        }
    }

    /// <summary>Hands over what was written so far, and JSON that was made elsewhere behind it.</summary>
    public async ValueTask WriteAsync(ReadOnlyMemory<byte> json)
    {
        await SendAsync();
        await _context.Response.BodyWriter.WriteAsync(json, _context.RequestAborted);
    }

    public async Task FinishAsync(IReadOnlyCollection<string>? warnings = null, IReadOnlyCollection<string>? infos = null)
    {
        WriteList("warnings"u8, warnings);
        WriteList("infos"u8, infos);
        Json.WriteEndObject();
        Json.Flush();
        if (!_context.Response.HasStarted)
        {
            _context.Response.ContentLength = _text.Written.Length;
        }
        await SendAsync();
    }

    /// <param name="status">The status code where it is not the type's own.</param>
    public static async Task WriteErrorAsync(HttpContext context, ApiErrorType type, string message, int? status = null)
    {
        context.Response.StatusCode = status ?? Status(type);
        context.Response.ContentType = "application/json";
        using var json = new Utf8JsonWriter(context.Response.BodyWriter, Options);
        json.WriteStartObject();
        json.WriteString("status"u8, "error"u8);
        json.WriteString("errorType"u8, Name(type));
        json.WriteString("error"u8, message);
        json.WriteEndObject();
        json.Flush();
        await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
    }

    public void Dispose()
    {
        Json.Dispose();
        _text.Dispose();
    }

    private async ValueTask SendAsync()
    {
        Json.Flush();
        await _context.Response.BodyWriter.WriteAsync(_text.Written, _context.RequestAborted);
        _text.Clear();
    }

    private void WriteList(ReadOnlySpan<byte> name, IReadOnlyCollection<string>? texts)
    {
        if (texts is not { Count: > 0 })
        {
            return;
        }
        Json.WriteStartArray(name);
        foreach (var text in texts)
        {
            Json.WriteStringValue(text);
        }
        Json.WriteEndArray();
    }

    private static int Status(ApiErrorType type) => type switch
    {
        ApiErrorType.BadData => StatusCodes.Status400BadRequest,
        ApiErrorType.Execution => StatusCodes.Status422UnprocessableEntity,
        ApiErrorType.Timeout or ApiErrorType.Canceled or ApiErrorType.Unavailable => StatusCodes.Status503ServiceUnavailable,
        ApiErrorType.NotFound => StatusCodes.Status404NotFound,
        ApiErrorType.NotAcceptable => StatusCodes.Status406NotAcceptable,
        _ => StatusCodes.Status500InternalServerError,
    };

    private static string Name(ApiErrorType type) => type switch
    {
        ApiErrorType.BadData => "bad_data",
        ApiErrorType.Execution => "execution",
        ApiErrorType.Timeout => "timeout",
        ApiErrorType.Canceled => "canceled",
        ApiErrorType.Unavailable => "unavailable",
        ApiErrorType.NotFound => "not_found",
        ApiErrorType.NotAcceptable => "not_acceptable",
        _ => "internal",
    };
}
