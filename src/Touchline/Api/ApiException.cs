namespace Touchline.Api;

/// <summary>The error types of the API with their status codes, as Prometheus has them.</summary>
internal enum ApiErrorType
{
    BadData,
    Execution,
    Timeout,
    Canceled,
    Internal,
    Unavailable,
    NotFound,
    NotAcceptable,
}

/// <summary>A request that gets an error answer.</summary>
internal sealed class ApiException(ApiErrorType type, string message, int? status = null) : Exception(message)
{
    public ApiErrorType Type { get; } = type;

    /// <summary>The status code where it is not the type's own.</summary>
    public int? Status { get; } = status;

    public static ApiException BadParameter(string name, string message) => new(ApiErrorType.BadData, $"invalid parameter \"{name}\": {message}");
}
