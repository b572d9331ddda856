using System.IO.Compression;
using Microsoft.AspNetCore.Http.Features;
using Touchline.Push;

namespace Touchline.Api;

/// <summary>
/// Reads bodies that are pushed, decompressed, into memory. Their size and how many are held at once are bounded, and whoever sends too slowly is
/// given up. Thread-safe.
/// </summary>
internal sealed class PushBody(PushOptions options, TimeProvider time) : IDisposable
{
    /// <summary>Bodies of the largest size at once; typical ones are a thousandth of it, and gone in a millisecond.</summary>
    private const int MostAtOnce = 8;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly SemaphoreSlim _places = new(MostAtOnce, MostAtOnce);

    /// <summary>Reads the body and hands it to the work while it has a place. The answer to a body that cannot be read is written here.</summary>
    public async Task WithBodyAsync(HttpContext context, string problemPrefix, Func<ReadOnlyMemory<byte>, Task> work)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = options.MaxBodyBytes;
        }
        using var patience = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, context.RequestAborted);
        if (!await TryEnterAsync(context, either.Token))
        {
            return;
        }
        try
        {
            if (await ReadAsync(context, problemPrefix, either.Token) is { } body)
            {
                await work(body);
            }
        }
        catch (OperationCanceledException) when (either.IsCancellationRequested)
        {
            context.Response.StatusCode = context.RequestAborted.IsCancellationRequested ? StatusCodes.Status499ClientClosedRequest : StatusCodes.Status408RequestTimeout;
        }
        finally
        {
            _places.Release();
        }
    }

    public void Dispose() => _places.Dispose();

    public static Task AnswerAsync(HttpContext context, int status, string text)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain; charset=utf-8";
        context.Response.Headers.XContentTypeOptions = "nosniff";
        return context.Response.WriteAsync(text + "\n", context.RequestAborted);
    }

    private async Task<bool> TryEnterAsync(HttpContext context, CancellationToken cancellationToken)
    {
        try
        {
            await _places.WaitAsync(cancellationToken);
            return true;
        }
        catch (OperationCanceledException)
        {
            if (!context.RequestAborted.IsCancellationRequested)
            {
                context.Response.Headers.RetryAfter = "5";
                await AnswerAsync(context, StatusCodes.Status503ServiceUnavailable, "too many bodies are being received at once");
            }
            return false;
        }
    }

    /// <summary>The whole body; null where an error was answered.</summary>
    private async Task<ReadOnlyMemory<byte>?> ReadAsync(HttpContext context, string problemPrefix, CancellationToken cancellationToken)
    {
        var encoding = context.Request.Headers.ContentEncoding.ToString();
        if (encoding is not ("" or "identity" or "gzip"))
        {
            await AnswerAsync(context, StatusCodes.Status415UnsupportedMediaType, $"content encoding \"{encoding}\" is not gzip");
            return null;
        }
        try
        {
            await using var source = encoding == "gzip" ? new GZipStream(context.Request.Body, CompressionMode.Decompress) : context.Request.Body;
            var body = new MemoryStream((int)Math.Clamp(context.Request.ContentLength ?? 0, 0, options.MaxBodyBytes));
            var buffer = new byte[16 * 1024];
            for (int read; (read = await source.ReadAsync(buffer, cancellationToken)) > 0;)
            {
                if (body.Length + read > options.MaxBodyBytes)
                {
                    await AnswerAsync(context, StatusCodes.Status413PayloadTooLarge, TooLarge);
                    return null;
                }
                body.Write(buffer, 0, read);
            }
            if (encoding == "gzip" && body.Length == 0 && context.Request.ContentLength != 0)
            {
                // What is shorter than a header of gzip ends without a complaint.
                throw new InvalidDataException("unexpected EOF");
            }
            return body.GetBuffer().AsMemory(0, (int)body.Length);
        }
        catch (InvalidDataException e)
        {
            await AnswerAsync(context, StatusCodes.Status400BadRequest, problemPrefix + e.Message);
            return null;
        }
        catch (BadHttpRequestException e)
        {
            await AnswerAsync(context, e.StatusCode, e.StatusCode == StatusCodes.Status413PayloadTooLarge ? TooLarge : e.Message);
            return null;
        }
    }

    private string TooLarge => $"a body has at most {options.MaxBodyBytes} bytes, decompressed";
}
