// An application imports Interlock alone: the values that requests and replies are made of come with it.
@_exported public import InterlockCore
